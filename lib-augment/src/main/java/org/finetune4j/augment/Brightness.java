package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Multiplies all samples by a factor; equals Pillow's {@code ImageEnhance.Brightness} (Keras's
 * {@code brightness_range}).
 *
 * @param factor where the factor is drawn from, not negative; 1 changes nothing
 */
public record Brightness(Range factor) implements Transform {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it reaches below 0
   */
  public Brightness {
    factor.notNegative("A factor of brightness");
  }

  @Override
  public Operation sample(CounterRandom random) {
    return new BrightnessBy(factor.draw(random));
  }

  /**
   * One draw of it.
   *
   * @param factor not negative; 1 changes nothing
   */
  record BrightnessBy(double factor) implements Retouch {
    @Override
    public void retouch(byte[] samples, int width, int channels) {
      Tone.map(samples, value -> Tone.blend(0, value, (float) factor));
    }
  }
}
