package org.finetune4j.head;

import java.util.Arrays;
import org.finetune4j.feature.FeatureSet;

/**
 * Features with mean 0 and deviation 1, twice in memory: by sample and by feature. Scores read one
 * order and gradients the other, so that both inner loops run along an array without a reduction,
 * which is what the just-in-time compiler turns into vector instructions.
 */
final class StandardizedFeatures {
  /**
   * The deviation, as a part of the mean, below which it is nothing but rounding: even one float32
   * among a million that differs by its last bit deviates more.
   */
  private static final double CONSTANT = 1e-11;

  /** The variance of numbers whose reciprocal float32 cannot hold. */
  private static final double SMALLEST = 1e-70;

  final int samples;
  final int dimension;
  final double[] mean;
  final double[] variance;
  private final double[][] bySample;
  private final double[][] byFeature;

  private StandardizedFeatures(FeatureSet features, double[] mean, double[] variance) {
    this.samples = features.size();
    this.dimension = features.dimension();
    this.mean = mean;
    this.variance = variance;
    this.bySample = new double[samples][dimension];
    this.byFeature = new double[dimension][samples];
    float[] row = new float[dimension];
    for (int i = 0; i < samples; i++) {
      features.copyFeatures(i, row, 0);
      for (int j = 0; j < dimension; j++) {
        double value = (row[j] - mean[j]) / Math.sqrt(variance[j]);
        bySample[i][j] = value;
        byFeature[j][i] = value;
      }
    }
  }

  /** Standardises with the features' own mean and population variance. */
  static StandardizedFeatures fit(FeatureSet features) {
    int dimension = features.dimension();
    double[] mean = new double[dimension];
    double[] variance = new double[dimension];
    float[] row = new float[dimension];
    for (int i = 0; i < features.size(); i++) {
      features.copyFeatures(i, row, 0);
      for (int j = 0; j < dimension; j++) {
        mean[j] += row[j] / (double) features.size();
      }
    }
    for (int i = 0; i < features.size(); i++) {
      features.copyFeatures(i, row, 0);
      for (int j = 0; j < dimension; j++) {
        double distance = row[j] - mean[j];
        variance[j] += distance * distance / features.size();
      }
    }
    for (int j = 0; j < dimension; j++) {
      // A feature that never changes says nothing; dividing by its deviation would let it shout.
      if (Math.sqrt(variance[j]) <= CONSTANT * Math.abs(mean[j]) || variance[j] < SMALLEST) {
        variance[j] = 1;
      }
    }
    return new StandardizedFeatures(features, mean, variance);
  }

  /** Standardises other features with the statistics of these. */
  StandardizedFeatures apply(FeatureSet others) {
    return new StandardizedFeatures(others, mean, variance);
  }

  /** Returns scores[class][sample] = weights[class] * features + bias. */
  double[][] scores(LinearWeights weights) {
    double[][] scores = new double[weights.classes()][samples];
    for (int c = 0; c < scores.length; c++) {
      Arrays.fill(scores[c], weights.bias(c));
      for (int j = 0; j < dimension; j++) {
        add(scores[c], weights.weight(c, j), byFeature[j]);
      }
    }
    return scores;
  }

  /** Adds the gradient by the weights of one class, given the gradient by its scores. */
  void addGradient(double[] byScore, double[] gradient, int offset) {
    for (int i = 0; i < samples; i++) {
      addAt(gradient, offset, byScore[i], bySample[i]);
    }
  }

  private static void add(double[] target, double factor, double[] values) {
    for (int i = 0; i < target.length; i++) {
      target[i] += factor * values[i];
    }
  }

  private static void addAt(double[] target, int offset, double factor, double[] values) {
    for (int i = 0; i < values.length; i++) {
      target[offset + i] += factor * values[i];
    }
  }
}
