package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Adds to every sample a value of its own, drawn from a normal distribution.
 *
 * @param deviation where the standard deviation is drawn from, in levels of 0 to 255, not negative
 */
public record GaussianNoise(Range deviation) implements Transform {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it reaches below 0
   */
  public GaussianNoise {
    deviation.notNegative("A standard deviation of noise");
  }

  @Override
  public Operation sample(CounterRandom random) {
    return new NoiseBy(deviation.draw(random), random.nextLong());
  }

  /**
   * One draw of it.
   *
   * @param deviation the standard deviation in levels
   * @param seed names the stream of the values
   */
  record NoiseBy(double deviation, long seed) implements Retouch {
    @Override
    public void retouch(byte[] samples, int width, int channels) {
      CounterRandom random = CounterRandom.of(seed);
      float scale = (float) deviation;
      int bits = 0;
      for (int i = 0; i < samples.length; i++) {
        bits = i % 2 == 0 ? random.nextInt() : bits >>> 16;
        float noisy = (samples[i] & 0xFF) + scale * NormalTable.value(bits) + 0.5f;
        samples[i] = (byte) Tone.clip((int) Math.floor(noisy));
      }
    }
  }
}
