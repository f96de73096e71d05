package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Keeps the upper bits of every sample and clears the rest; equals Pillow's {@code
 * ImageOps.posterize}.
 *
 * @param bits how many are kept, 1 to 8
 */
public record Posterize(int bits) implements Transform, Retouch {
  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if it is not 1 to 8
   */
  public Posterize {
    Check.range("bits", bits, 1, 8);
  }

  @Override
  public Operation sample(CounterRandom random) {
    return this;
  }

  @Override
  public void retouch(byte[] samples, int width, int channels) {
    int mask = -1 << (8 - bits);
    Tone.map(samples, value -> value & mask);
  }
}
