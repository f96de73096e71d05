package org.finetune4j.uncertainty;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Intervals around numbers: on pictures like those they were calibrated on, the interval of each
 * number holds the true one at the chosen rate (split conformal prediction with absolute residuals;
 * Lei et al. 2018, <i>Distribution-Free Predictive Inference for Regression</i>). All pictures get
 * intervals of one width. An immutable value.
 *
 * @param coverage the rate, above 0 and below 1; of each number by itself
 * @param halfWidths what is added and subtracted, one per number, in its unit
 * @param samples how many pictures they were calibrated on
 */
public record ConformalIntervals(double coverage, List<Double> halfWidths, int samples) {
  /**
   * A range of numbers.
   *
   * @param low its lower end
   * @param high its upper end
   */
  public record Range(double low, double high) {
    /** Tells whether a number lies within. */
    public boolean contains(double value) {
      return low <= value && value <= high;
    }
  }

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the coverage is out of range, a width is negative or not
   *     finite, or there are fewer samples than the coverage needs
   */
  public ConformalIntervals {
    halfWidths = List.copyOf(halfWidths);
    FiniteSample.requireCoverage(coverage);
    if (halfWidths.isEmpty()
        || !halfWidths.stream().allMatch(it -> it >= 0 && it < Double.MAX_VALUE)
        || FiniteSample.rank(samples, coverage) > samples) {
      throw new IllegalArgumentException(
          "Half widths "
              + halfWidths
              + " from "
              + samples
              + " samples cannot come from a calibration with coverage "
              + coverage
              + ".");
    }
  }

  /**
   * Calibrates.
   *
   * @param predicted one row per picture, one value per number; pictures that nothing was learned
   *     from or chosen on
   * @param truth likewise
   * @param coverage how often each interval shall hold the truth, for example 0.9
   * @throws IllegalArgumentException if the coverage is out of range, the sizes differ, a number is
   *     not finite, or there are fewer pictures than the coverage needs
   */
  public static ConformalIntervals calibrate(
      float[][] predicted, float[][] truth, double coverage) {
    Objects.requireNonNull(predicted, "predicted");
    Objects.requireNonNull(truth, "truth");
    FiniteSample.requireCoverage(coverage);
    if (predicted.length != truth.length || truth.length == 0) {
      throw new IllegalArgumentException(
          "There is a true row for each of at least one predicted row, but there are "
              + predicted.length
              + " predicted and "
              + truth.length
              + " true ones.");
    }
    List<Double> halfWidths = new ArrayList<>();
    for (int number = 0; number < truth[0].length; number++) {
      double[] residuals = new double[truth.length];
      for (int i = 0; i < residuals.length; i++) {
        residuals[i] = residual(predicted[i], truth[i], number, i);
      }
      halfWidths.add(FiniteSample.quantile(residuals, coverage));
    }
    return new ConformalIntervals(coverage, halfWidths, truth.length);
  }

  private static double residual(float[] predicted, float[] truth, int number, int picture) {
    if (number >= predicted.length || number >= truth.length) {
      throw new IllegalArgumentException(
          "Every picture has as many numbers as the first, but picture " + picture + " has fewer.");
    }
    double residual = Math.abs((double) predicted[number] - truth[number]);
    if (!Double.isFinite(residual)) {
      throw new IllegalArgumentException(
          "Numbers are finite, but picture " + picture + " has one that is not.");
    }
    return residual;
  }

  /**
   * Returns the interval around a predicted number.
   *
   * @param number which of the numbers, from 0
   */
  public Range around(int number, double predicted) {
    double half = halfWidths.get(number);
    return new Range(predicted - half, predicted + half);
  }
}
