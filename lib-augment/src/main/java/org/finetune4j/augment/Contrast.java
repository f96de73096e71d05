package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Moves all samples away from the mean luma of the picture, or towards it; equals Pillow's {@code
 * ImageEnhance.Contrast}.
 *
 * @param factor where the factor is drawn from, not negative; 1 changes nothing
 */
public record Contrast(Range factor) implements Transform {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it reaches below 0
   */
  public Contrast {
    factor.notNegative("A factor of contrast");
  }

  @Override
  public Operation sample(CounterRandom random) {
    return new ContrastBy(factor.draw(random));
  }

  /**
   * One draw of it.
   *
   * @param factor not negative; 1 changes nothing
   */
  record ContrastBy(double factor) implements Retouch {
    @Override
    public void retouch(byte[] samples, int width, int channels) {
      int mean = Tone.meanLuma(samples, channels);
      Tone.map(samples, value -> Tone.blend(mean, value, (float) factor));
    }
  }
}
