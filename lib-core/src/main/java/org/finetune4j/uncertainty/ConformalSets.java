package org.finetune4j.uncertainty;

import java.util.Arrays;
import java.util.Objects;

/**
 * Sets of labels instead of one: on pictures like those it was calibrated on, the set holds the
 * true label at the chosen rate, whatever the classifier (split conformal prediction; Angelopoulos,
 * Bates 2021, <i>A Gentle Introduction to Conformal Prediction</i>). The rate holds on average over
 * all pictures, not for each class, and only while pictures come from where the calibration's came
 * from. An immutable value.
 *
 * <pre>{@code
 * ConformalSets sets =
 *     ConformalSets.calibrate(head.probabilities(validation), validation.targets(), 0.9);
 * int[] labels = sets.of(probabilities);
 * }</pre>
 *
 * @param method how labels are scored
 * @param coverage the rate, above 0 and below 1
 * @param threshold labels up to this score are in the set
 * @param mayBeEmpty whether a picture that no label fits gets the empty set; else the likeliest
 *     label is always in it, and the rate is at least the chosen one
 * @param samples how many pictures it was calibrated on
 */
public record ConformalSets(
    ConformalMethod method, double coverage, double threshold, boolean mayBeEmpty, int samples) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the coverage is out of range, the threshold not finite, or
   *     there are fewer samples than the coverage needs
   */
  public ConformalSets {
    FiniteSample.requireCoverage(coverage);
    if (!Double.isFinite(threshold) || FiniteSample.rank(samples, coverage) > samples) {
      throw new IllegalArgumentException(
          "A threshold of "
              + threshold
              + " from "
              + samples
              + " samples cannot come from a calibration with coverage "
              + coverage
              + ".");
    }
  }

  /** Starts a calibration that can be told more than {@link #calibrate}. */
  public static Calibration calibration(double coverage) {
    FiniteSample.requireCoverage(coverage);
    return new Calibration(coverage);
  }

  /**
   * Calibrates adaptive sets that are never empty.
   *
   * @param probabilities of every label, one row per picture; pictures that the classifier did not
   *     learn from, and of which nothing was chosen on
   * @param targets the true label of each
   * @param coverage how often the set shall hold the truth, for example 0.9
   * @throws IllegalArgumentException if the coverage is out of range, the lengths differ, a
   *     probability is out of range, or there are fewer pictures than the coverage needs: 9 for
   *     0.9, 99 for 0.99
   */
  public static ConformalSets calibrate(float[][] probabilities, int[] targets, double coverage) {
    Objects.requireNonNull(probabilities, "probabilities");
    Objects.requireNonNull(targets, "targets");
    return calibration(coverage).of(probabilities, targets);
  }

  /**
   * Returns the labels of the set, the likeliest first.
   *
   * @param probabilities of every label
   */
  public int[] of(float[] probabilities) {
    double[] scores = method.scores(probabilities);
    int[] order = ConformalMethod.likeliestFirst(probabilities);
    int size = 0;
    // Both scores rise as probabilities fall.
    while (size < order.length && scores[order[size]] <= threshold) {
      size++;
    }
    return Arrays.copyOf(order, mayBeEmpty ? size : Math.max(1, size));
  }

  /**
   * Returns the share of pictures whose set holds the true label.
   *
   * @throws IllegalArgumentException if there is no picture, or the lengths differ
   */
  public double measuredCoverage(float[][] probabilities, int[] targets) {
    requirePictures(probabilities, targets);
    int held = 0;
    for (int i = 0; i < targets.length; i++) {
      int target = targets[i];
      held += Arrays.stream(of(probabilities[i])).anyMatch(label -> label == target) ? 1 : 0;
    }
    return (double) held / targets.length;
  }

  private static void requirePictures(float[][] probabilities, int[] targets) {
    if (probabilities.length != targets.length || targets.length == 0) {
      throw new IllegalArgumentException(
          "There is a row of probabilities for each of at least one label, but there are "
              + probabilities.length
              + " rows and "
              + targets.length
              + " labels.");
    }
  }

  /** Options of a calibration; not thread-safe. */
  public static final class Calibration {
    private final double coverage;
    private ConformalMethod method = ConformalMethod.ADAPTIVE;
    private boolean mayBeEmpty;

    private Calibration(double coverage) {
      this.coverage = coverage;
    }

    /** Sets how labels are scored; default {@link ConformalMethod#ADAPTIVE}. */
    public Calibration method(ConformalMethod newMethod) {
      this.method = newMethod;
      return this;
    }

    /**
     * Lets sets be empty, so that their rate is the chosen one and not above it; default is that
     * the likeliest label is always in the set.
     */
    public Calibration allowEmptySets() {
      this.mayBeEmpty = true;
      return this;
    }

    /**
     * Calibrates, as {@link ConformalSets#calibrate}.
     *
     * @throws IllegalArgumentException as there
     */
    public ConformalSets of(float[][] probabilities, int[] targets) {
      if (probabilities.length != targets.length) {
        requirePictures(probabilities, targets);
      }
      double[] scores = new double[targets.length];
      for (int i = 0; i < scores.length; i++) {
        requireProbabilities(probabilities[i], targets[i], i);
        scores[i] = method.scores(probabilities[i])[targets[i]];
      }
      return new ConformalSets(
          method, coverage, FiniteSample.quantile(scores, coverage), mayBeEmpty, scores.length);
    }
  }

  /** Refuses a row that has no probability for a label, or something else than probabilities. */
  static void requireProbabilities(float[] row, int label, int picture) {
    if (label < 0 || label >= row.length) {
      throw new IllegalArgumentException(
          "Picture "
              + picture
              + " has label "
              + label
              + ", but there are probabilities of "
              + row.length
              + " labels.");
    }
    for (float value : row) {
      if (!(value >= 0 && value <= 1.001f)) {
        throw new IllegalArgumentException(
            "Probabilities are from 0 to 1, but picture " + picture + " has " + value + ".");
      }
    }
  }
}
