package org.finetune4j.head.linear;

import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;

/**
 * Features with mean 0 and deviation 1, twice in memory: by sample and by feature. Scores read one
 * order and gradients the other, so that both inner loops run along an array without a reduction.
 * Pieces of both are computed in parallel; no sum depends on how many threads there are.
 */
public final class StandardizedFeatures {
  /**
   * The deviation, as a part of the mean, below which it is nothing but rounding: even one float32
   * among a million that differs by its last bit deviates more.
   */
  private static final double CONSTANT = 1e-11;

  /** The variance of numbers whose reciprocal float32 cannot hold. */
  private static final double SMALLEST = 1e-70;

  /** Samples whose scores, and features whose gradients, one thread computes: fit for its cache. */
  private static final int PIECE = 256;

  private final int samples;
  private final int dimension;
  private final double[] mean;
  private final double[] variance;
  private final double[][] bySample;
  private final double[][] byFeature;

  private StandardizedFeatures(FeatureSet features, double[] mean, double[] variance) {
    this.samples = features.size();
    this.dimension = features.dimension();
    this.mean = mean;
    this.variance = variance;
    this.bySample = new double[samples][dimension];
    this.byFeature = new double[dimension][samples];
    double[] deviation = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      deviation[j] = Math.sqrt(variance[j]);
    }
    pieces(samples)
        .forEach(
            first -> {
              float[] row = new float[dimension];
              int last = Math.min(samples, first + PIECE);
              for (int i = first; i < last; i++) {
                features.copyFeatures(i, row, 0);
                for (int j = 0; j < dimension; j++) {
                  bySample[i][j] = (row[j] - mean[j]) / deviation[j];
                }
              }
              for (int j = 0; j < dimension; j++) {
                for (int i = first; i < last; i++) {
                  byFeature[j][i] = bySample[i][j];
                }
              }
            });
  }

  private static IntStream pieces(int count) {
    return IntStream.range(0, (count + PIECE - 1) / PIECE).map(piece -> piece * PIECE).parallel();
  }

  /** Standardises with the features' own mean and population variance. */
  public static StandardizedFeatures fit(FeatureSet features) {
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

  /** Standardises with the statistics that a solution belongs to. */
  public static StandardizedFeatures of(FeatureSet features, LinearSolution solution) {
    return new StandardizedFeatures(features, solution.mean(), solution.variance());
  }

  /** Standardises other features with the statistics of these. */
  public StandardizedFeatures apply(FeatureSet others) {
    return new StandardizedFeatures(others, mean, variance);
  }

  /** Returns the number of samples. */
  public int samples() {
    return samples;
  }

  /** Returns the number of features of a sample. */
  public int dimension() {
    return dimension;
  }

  /** Returns the mean of a feature. */
  public double mean(int feature) {
    return mean[feature];
  }

  /** Returns the variance of a feature; 1 where it never changes. */
  public double variance(int feature) {
    return variance[feature];
  }

  /** Returns scores[class][sample] = weights[class] * features + bias. */
  public double[][] scores(LinearWeights weights) {
    double[][] scores = new double[weights.classes()][samples];
    pieces(samples).forEach(first -> scores(weights, first, scores));
    return scores;
  }

  private void scores(LinearWeights weights, int first, double[][] scores) {
    int count = Math.min(PIECE, samples - first);
    for (int c = 0; c < scores.length; c++) {
      double bias = weights.bias(c);
      for (int i = first; i < first + count; i++) {
        scores[c][i] = bias;
      }
    }
    for (int j = 0; j < dimension; j += RowSums.AT_ONCE) {
      int last = Math.min(dimension, j + RowSums.AT_ONCE);
      for (int c = 0; c < scores.length; c++) {
        RowSums.add(
            byFeature, j, last, first, count, weights.values(), c * dimension, scores[c], first);
      }
    }
  }

  /**
   * Adds the gradient by the weights, given that by the scores.
   *
   * @param byScore by class and sample
   * @param gradient class by class, as {@link LinearWeights} has them
   */
  void addGradient(double[][] byScore, double[] gradient) {
    pieces(dimension)
        .forEach(
            first -> {
              int count = Math.min(PIECE, dimension - first);
              for (int i = 0; i < samples; i += RowSums.AT_ONCE) {
                int last = Math.min(samples, i + RowSums.AT_ONCE);
                for (int c = 0; c < byScore.length; c++) {
                  RowSums.add(
                      bySample,
                      i,
                      last,
                      first,
                      count,
                      byScore[c],
                      0,
                      gradient,
                      c * dimension + first);
                }
              }
            });
  }
}
