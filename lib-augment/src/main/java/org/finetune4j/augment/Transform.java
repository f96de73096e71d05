package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * A random change of pictures: it draws parameters, and the {@link Operation} that they make then
 * runs without any randomness. All transforms are immutable, print their whole configuration and
 * may be shared by threads; a transform of one's own should be a record, so that it does too:
 *
 * <pre>{@code
 * record RandomInvert(double probability) implements Transform {
 *   public Operation sample(CounterRandom random) {
 *     return random.nextBoolean(probability) ? new Invert() : Operation.NONE;
 *   }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Transform {
  /**
   * Draws the parameters for one picture.
   *
   * @param random a stream for this transform and this picture alone
   */
  Operation sample(CounterRandom random);

  /** Returns when the operation runs; {@link Stage#RESIZED} unless a transform cuts or pads. */
  default Stage stage() {
    return Stage.RESIZED;
  }
}
