package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.finetune4j.head.linear.Panels.Factors;

/**
 * Standardised features in float32, twice in memory: by sample and by feature. Scores read one
 * order and gradients the other, so that both inner loops run along an array without a reduction.
 * Products are right to about six digits of their largest terms, take half the time of those in
 * float64, and serve for what need not be exact: differences and curvatures. Pieces are computed in
 * parallel; no sum depends on how many threads there are.
 */
final class RoundedFeatures {
  /** Samples that one thread reads. */
  private static final int READ_AT_ONCE = 64;

  private final int samples;
  private final int dimension;
  private final Panels bySample;
  private final Panels byFeature;
  private double[][] gram = {};

  RoundedFeatures(StandardizedFeatures features) {
    this.samples = features.samples();
    this.dimension = features.dimension();
    this.bySample = new Panels(samples, dimension);
    this.byFeature = new Panels(dimension, samples);
    IntStream.range(0, (samples + READ_AT_ONCE - 1) / READ_AT_ONCE)
        .parallel()
        .forEach(piece -> read(features, piece * READ_AT_ONCE));
  }

  private void read(StandardizedFeatures features, int first) {
    double[] standardized = new double[dimension];
    float[][] rows = new float[Math.min(READ_AT_ONCE, samples - first)][dimension];
    for (int i = 0; i < rows.length; i++) {
      features.read(first + i, rows[i], standardized);
      for (int j = 0; j < dimension; j++) {
        rows[i][j] = (float) standardized[j];
      }
      bySample.setRow(first + i, rows[i]);
    }
    byFeature.setColumns(first, rows);
  }

  /**
   * Returns the products of all features with each other, mean over the samples: the lower
   * triangle.
   */
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
   * counts as much as its weight says: the lower triangle.
   */
  double[][] gram(double... weights) {
    return bySample.gram(IntStream.range(0, samples).toArray(), shares(weights));
  }

  private double[] shares(double... weights) {
    return Arrays.stream(weights).map(weight -> weight / samples).toArray();
  }

  /**
   * Returns the products of all features, and of a constant 1 behind them, with each other: the sum
   * over some samples, as a mean over all. It is the lower triangle.
   *
   * @param some the samples
   * @param weights how much each of them counts
   */
  double[][] gram(int[] some, double[] weights) {
    double[] shares = shares(weights);
    double[][] gram = Arrays.copyOf(bySample.gram(some, shares), dimension + 1);
    gram[dimension] = Arrays.copyOf(bySample.sum(some, shares), dimension + 1);
    gram[dimension][dimension] = Arrays.stream(shares).sum();
    return gram;
  }

  /** Adds weights[class] * features to scores[class][sample]; leaves biases out. */
  void addScores(LinearWeights weights, double[][] scores) {
    float[] values = floats(weights.values());
    Factors[] factors = new Factors[scores.length];
    Arrays.setAll(factors, c -> new Factors(values, c * dimension));
    byFeature.forEach(
        first -> {
          double[][] sums = byFeature.sums(first, factors);
          for (int c = 0; c < sums.length; c++) {
            for (int i = 0; i < sums[c].length; i++) {
              scores[c][first + i] += sums[c][i];
            }
          }
        });
  }

  /** Adds what {@link StandardizedFeatures#addGradient} does. */
  void addGradient(float[][] byScore, double[] gradient) {
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

  private static float[] floats(double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
