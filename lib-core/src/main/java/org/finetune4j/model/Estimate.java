package org.finetune4j.model;

import org.finetune4j.target.Quantity;

/**
 * One number that a regressor estimates.
 *
 * @param quantity what it means, and its unit
 * @param value in that unit
 */
public record Estimate(Quantity quantity, float value) {
  /** Returns for example {@code fill 41.3 %}. */
  @Override
  public String toString() {
    return quantity.name() + " " + quantity.format(value);
  }
}
