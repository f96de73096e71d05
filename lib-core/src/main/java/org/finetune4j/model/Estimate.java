package org.finetune4j.model;

import java.util.Locale;
import java.util.Optional;
import org.finetune4j.target.Quantity;
import org.finetune4j.uncertainty.ConformalIntervals;

/**
 * One number that a regressor estimates.
 *
 * @param quantity what it means, and its unit
 * @param value in that unit
 * @param interval holds the true number at the rate that the regressor was calibrated for ({@link
 *     ImageRegressor#calibrated}), in the same unit; empty if it was not
 */
public record Estimate(
    Quantity quantity, float value, Optional<ConformalIntervals.Range> interval) {
  /** Returns for example {@code fill 41.3 %}, or {@code fill 41.3 % (33.1 to 49.5)}. */
  @Override
  public String toString() {
    return quantity.name()
        + " "
        + quantity.format(value)
        + interval
            .map(it -> String.format(Locale.ROOT, " (%.4g to %.4g)", it.low(), it.high()))
            .orElse("");
  }
}
