package org.finetune4j.evaluate;

import java.util.Locale;

/**
 * A range that likely holds a proportion which was estimated by counting.
 *
 * @param low lower end, 0 to 1
 * @param high upper end, 0 to 1
 */
public record Interval(double low, double high) {
  /** The normal distribution's 97.5 % quantile. */
  private static final double Z_95 = 1.959963984540054;

  /**
   * Returns Wilson's 95 % score interval (Wilson 1927, <i>Probable inference, the law of
   * succession, and statistical inference</i>): unlike the usual one it is right near 0 and 1 and
   * for few trials.
   *
   * @param successes 0 to {@code trials}
   * @param trials at least 1
   * @throws IllegalArgumentException if the numbers are out of range
   */
  public static Interval wilson(long successes, long trials) {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          "An interval needs 0 to n successes in n trials, n at least 1, but has "
              + successes
              + " in "
              + trials
              + ".");
    }
    double n = trials;
    double p = successes / n;
    double z2 = Z_95 * Z_95;
    double center = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z_95 / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    // At the ends the formula gives 0 and 1 but for rounding.
    return new Interval(
        successes == 0 ? 0 : center - half, successes == trials ? 1 : center + half);
  }

  /** Tells whether a proportion lies within. */
  public boolean contains(double proportion) {
    return low <= proportion && proportion <= high;
  }

  /** Returns for example {@code 96.2 to 98.2 %}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f to %.1f %%", 100 * low, 100 * high);
  }
}
