package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.linear.Panels.Factors;

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

  /** Samples that one thread reads. */
  private static final int READ_AT_ONCE = 256;

  private final int samples;
  private final int dimension;
  private final double[] mean;
  private final double[] variance;
  private final Panels bySample;
  private final Panels byFeature;
  private double[][] gram = {};

  private StandardizedFeatures(FeatureSet features, double[] mean, double[] variance) {
    this.samples = features.size();
    this.dimension = features.dimension();
    this.mean = mean;
    this.variance = variance;
    this.bySample = new Panels(samples, dimension);
    this.byFeature = new Panels(dimension, samples);
    double[] deviation = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      deviation[j] = Math.sqrt(variance[j]);
    }
    IntStream.range(0, (samples + READ_AT_ONCE - 1) / READ_AT_ONCE)
        .parallel()
        .forEach(piece -> read(features, deviation, piece * READ_AT_ONCE));
  }

  private void read(FeatureSet features, double[] deviation, int first) {
    float[] row = new float[dimension];
    for (int i = first; i < Math.min(samples, first + READ_AT_ONCE); i++) {
      features.copyFeatures(i, row, 0);
      for (int j = 0; j < dimension; j++) {
        double value = (row[j] - mean[j]) / deviation[j];
        bySample.set(i, j, value);
        byFeature.set(j, i, value);
      }
    }
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

  /** Returns the products of all features with each other, mean over the samples. */
  synchronized double[][] gram() {
    if (gram.length == 0) {
      double[] all = new double[samples];
      Arrays.fill(all, 1);
      gram = gram(all);
    }
    return gram;
  }

  /**
   * Returns the products of all features with each other, mean over the samples, each of which
   * counts as much as its weight says.
   */
  double[][] gram(double... weights) {
    return bySample.gram(IntStream.range(0, samples).toArray(), shares(weights));
  }

  private double[] shares(double... weights) {
    return Arrays.stream(weights).map(weight -> weight / samples).toArray();
  }

  /**
   * Returns the products of all features, and of a constant 1 behind them, with each other: the sum
   * over some samples, as a mean over all.
   *
   * @param some the samples
   * @param weights how much each of them counts
   */
  double[][] gram(int[] some, double[] weights) {
    double[] shares = shares(weights);
    double[][] gram = Arrays.copyOf(bySample.gram(some, shares), dimension + 1);
    double[] sums = bySample.sum(some, shares);
    for (int j = 0; j < dimension; j++) {
      gram[j] = Arrays.copyOf(gram[j], dimension + 1);
      gram[j][dimension] = sums[j];
    }
    gram[dimension] = Arrays.copyOf(sums, dimension + 1);
    gram[dimension][dimension] = Arrays.stream(shares).sum();
    return gram;
  }

  /** Returns scores[class][sample] = weights[class] * features + bias. */
  public double[][] scores(LinearWeights weights) {
    Factors[] factors = new Factors[weights.classes()];
    Arrays.setAll(factors, c -> new Factors(weights.values(), c * dimension));
    double[][] scores = new double[factors.length][samples];
    byFeature.forEach(
        first -> {
          double[][] sums = byFeature.sums(first, factors);
          for (int c = 0; c < sums.length; c++) {
            for (int i = 0; i < sums[c].length; i++) {
              scores[c][first + i] = weights.bias(c) + sums[c][i];
            }
          }
        });
    return scores;
  }

  /**
   * Adds the gradient by the weights, given that by the scores.
   *
   * @param byScore by class and sample
   * @param gradient class by class, as {@link LinearWeights} has them
   */
  void addGradient(double[][] byScore, double[] gradient) {
    Factors[] factors =
        Arrays.stream(byScore).map(it -> new Factors(it, 0)).toArray(Factors[]::new);
    bySample.forEach(
        first -> {
          double[][] sums = bySample.sums(first, factors);
          for (int c = 0; c < sums.length; c++) {
            for (int j = 0; j < sums[c].length; j++) {
              gradient[c * dimension + first + j] += sums[c][j];
            }
          }
        });
  }
}
