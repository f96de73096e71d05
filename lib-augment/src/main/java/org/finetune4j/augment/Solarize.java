package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Inverts all samples from a threshold on; equals Pillow's {@code ImageOps.solarize}.
 *
 * @param threshold the first value that is inverted; 0 inverts all, 256 none
 */
public record Solarize(double threshold) implements Transform, Retouch {
  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if it is not 0 to 256
   */
  public Solarize {
    Check.range("threshold", threshold, 0, 256);
  }

  @Override
  public Operation sample(CounterRandom random) {
    return this;
  }

  @Override
  public void retouch(byte[] samples, int width, int channels) {
    Tone.map(samples, value -> value < threshold ? value : 255 - value);
  }
}
