package org.finetune4j.augment;

import org.finetune4j.image.Image;
import org.finetune4j.random.CounterRandom;

/**
 * Moves colors away from the gray of the same luma, or towards it; equals Pillow's {@code
 * ImageEnhance.Color}. Gray pictures stay as they are.
 *
 * @param factor where the factor is drawn from, not negative; 1 changes nothing
 */
public record Saturation(Range factor) implements Transform {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it reaches below 0
   */
  public Saturation {
    factor.notNegative("A factor of saturation");
  }

  @Override
  public Operation sample(CounterRandom random) {
    return new SaturationBy(factor.draw(random));
  }

  /**
   * One draw of it.
   *
   * @param factor not negative; 1 changes nothing
   */
  record SaturationBy(double factor) implements Retouch {
    @Override
    public void retouch(byte[] samples, int width, int channels) {
      if (channels == 1) {
        return;
      }
      for (int i = 0; i < samples.length; i += 3) {
        int gray = Image.luma(samples, i);
        for (int c = i; c < i + 3; c++) {
          samples[c] = (byte) Tone.blend(gray, samples[c] & 0xFF, (float) factor);
        }
      }
    }
  }
}
