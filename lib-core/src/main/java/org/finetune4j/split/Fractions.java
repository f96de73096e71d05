package org.finetune4j.split;

import java.util.Arrays;

/**
 * How large the parts of a split are, as shares of the whole.
 *
 * @param shares above 0, their sum is 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Fractions(double[] shares) {
  private static final String[] PARTS = {"train", "validation", "test"};
  private static final double ROUNDING = 1e-9;

  /**
   * Returns the parts train and validation, and test if something is left for it.
   *
   * @throws IllegalArgumentException if a fraction is not above 0, or they sum to more than 1
   */
  public static Fractions of(double train, double validation) {
    double test = 1 - train - validation;
    if (!(train > 0) || !(validation > 0) || !(test > -ROUNDING)) {
      throw new IllegalArgumentException(
          "The fractions for train and validation must be above 0 and sum to 1 at most, but are "
              + train
              + " and "
              + validation
              + ".");
    }
    return new Fractions(
        test < ROUNDING
            ? new double[] {train, validation}
            : new double[] {train, validation, test});
  }

  /** Returns equally large parts. */
  public static Fractions equal(int parts) {
    double[] shares = new double[parts];
    Arrays.fill(shares, 1.0 / parts);
    return new Fractions(shares);
  }

  /** Returns the number of parts. */
  public int count() {
    return shares.length;
  }

  /** Returns for example {@code train, validation}. */
  public String names() {
    return String.join(", ", Arrays.copyOf(PARTS, Math.min(PARTS.length, count())));
  }
}
