package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * A shift along one axis.
 *
 * @param amount in pixels, or as a fraction of the side
 * @param inPixels which of both
 */
record Shift(double amount, boolean inPixels) {
  static Shift draw(double largest, CounterRandom random) {
    return new Shift(Range.aroundZero(largest).draw(random), largest >= 1);
  }

  /** Returns the shift in pixels for a side of this length. */
  public double pixels(int side) {
    return inPixels ? amount : amount * side;
  }

  /** Returns for example {@code 3.5px} or {@code 0.1}. */
  @Override
  public String toString() {
    return Numbers.plain(amount) + (inPixels ? "px" : "");
  }
}
