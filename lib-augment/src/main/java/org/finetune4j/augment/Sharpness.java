package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Moves samples away from a smoothed copy of the picture, or towards it; equals Pillow's {@code
 * ImageEnhance.Sharpness}. The outermost pixels stay as they are.
 *
 * @param factor where the factor is drawn from, not negative; 1 changes nothing
 */
public record Sharpness(Range factor) implements Transform {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it reaches below 0
   */
  public Sharpness {
    factor.notNegative("A factor of sharpness");
  }

  @Override
  public Operation sample(CounterRandom random) {
    return new SharpnessBy(factor.draw(random));
  }

  /**
   * One draw of it.
   *
   * @param factor not negative; 1 changes nothing
   */
  record SharpnessBy(double factor) implements Retouch {
    @Override
    public void retouch(byte[] samples, int width, int channels) {
      Smoothing.blend(samples, width, channels, (float) factor);
    }
  }
}
