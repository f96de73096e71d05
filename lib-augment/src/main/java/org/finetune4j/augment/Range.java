package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Where a parameter is drawn from, each value equally likely.
 *
 * @param low the smallest value
 * @param high the largest value, at least {@code low}
 */
public record Range(double low, double high) {
  /**
   * Checks the ends.
   *
   * @throws IllegalArgumentException if one is not finite or low is above high
   */
  public Range {
    Check.that(
        Double.isFinite(low) && Double.isFinite(high) && low <= high,
        "A range needs finite ends, the lower one first, but is [%s, %s].",
        low,
        high);
  }

  /**
   * Returns the factors [1 - spread, 1 + spread], but none below 0.
   *
   * @throws IllegalArgumentException if the spread is negative or not finite
   */
  public static Range aroundOne(double spread) {
    Check.notNegative("The spread of a factor", spread);
    return new Range(Math.max(0, 1 - spread), 1 + spread);
  }

  /**
   * Returns [-spread, spread].
   *
   * @throws IllegalArgumentException if the spread is negative or not finite
   */
  public static Range aroundZero(double spread) {
    Check.notNegative("The spread", spread);
    return new Range(-spread, spread);
  }

  double draw(CounterRandom random) {
    return random.nextDouble(low, high);
  }

  /** Draws so that halves and doubles are equally likely; the range must be above 0. */
  double drawLogarithmic(CounterRandom random) {
    double exponent = random.nextDouble(StrictMath.log(low), StrictMath.log(high));
    return Math.max(low, Math.min(high, StrictMath.exp(exponent)));
  }

  Range within(String name, double lowest, double highest) {
    Check.that(
        low >= lowest && high <= highest,
        "%s must lie in [%s, %s], but is %s.",
        name,
        Numbers.plain(lowest),
        Numbers.plain(highest),
        this);
    return this;
  }

  Range notNegative(String name) {
    Check.that(low >= 0, "%s must not be negative, but is %s.", name, this);
    return this;
  }

  Range positive(String name) {
    Check.that(low > 0, "%s must be above 0, but is %s.", name, this);
    return this;
  }

  /** Returns for example {@code [0.8, 1.2]}. */
  @Override
  public String toString() {
    return "[" + Numbers.plain(low) + ", " + Numbers.plain(high) + "]";
  }
}
