package org.finetune4j.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.finetune4j.uncertainty.ConformalIntervals;

/**
 * What a regressor says about a picture.
 *
 * @param all one estimate per quantity, in their order
 */
public record NumberPrediction(List<Estimate> all) {
  /** Copies the estimates. */
  public NumberPrediction {
    all = List.copyOf(all);
  }

  /**
   * Returns the only number.
   *
   * @throws IllegalStateException if there are several
   */
  public float value() {
    if (all.size() > 1) {
      throw new IllegalStateException("There are several numbers: say which of " + this + ".");
    }
    return all.get(0).value();
  }

  /**
   * Returns the interval around a number that holds the true one at the calibrated rate; empty if
   * the regressor was not calibrated.
   *
   * @param quantity its name
   * @throws IllegalArgumentException if there is none of this name
   */
  public Optional<ConformalIntervals.Range> interval(String quantity) {
    return estimate(Objects.requireNonNull(quantity, "quantity")).interval();
  }

  /**
   * Returns a number.
   *
   * @param quantity its name
   * @throws IllegalArgumentException if there is none of this name
   */
  public float value(String quantity) {
    return estimate(Objects.requireNonNull(quantity, "quantity")).value();
  }

  private Estimate estimate(String quantity) {
    return all.stream()
        .filter(it -> it.quantity().name().equals(quantity))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Unknown quantity '" + quantity + "' among " + this + "."));
  }

  /** Returns for example {@code fill 41.3 %, weight 2.1 kg}. */
  @Override
  public String toString() {
    return all.stream().map(it -> it + "").collect(Collectors.joining(", "));
  }
}
