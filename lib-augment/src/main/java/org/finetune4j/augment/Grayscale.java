package org.finetune4j.augment;

import org.finetune4j.image.Image;
import org.finetune4j.random.CounterRandom;

/**
 * Replaces colors by their luma (ITU-R 601, as Pillow) and keeps the number of channels.
 *
 * @param probability how often, 0 to 1
 */
public record Grayscale(double probability) implements Transform {
  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if it is no probability
   */
  public Grayscale {
    Check.probability("probability", probability);
  }

  @Override
  public Operation sample(CounterRandom random) {
    return random.nextBoolean(probability) ? new ToGray() : Operation.NONE;
  }

  /** The colors of every picture. */
  record ToGray() implements Retouch {
    @Override
    public void retouch(byte[] samples, int width, int channels) {
      if (channels == 1) {
        return;
      }
      for (int i = 0; i < samples.length; i += 3) {
        byte gray = (byte) Image.luma(samples, i);
        samples[i] = gray;
        samples[i + 1] = gray;
        samples[i + 2] = gray;
      }
    }
  }
}
