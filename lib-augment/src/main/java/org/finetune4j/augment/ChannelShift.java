package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Adds one value to all samples, clipped to the smallest and the largest sample of the picture, as
 * Keras's {@code channel_shift_range} does.
 *
 * @param levels where the value is drawn from, in [-255, 255]
 */
public record ChannelShift(Range levels) implements Transform {
  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it reaches beyond 255 levels
   */
  public ChannelShift {
    levels.within("A channel shift", -255, 255);
  }

  @Override
  public Operation sample(CounterRandom random) {
    return new ChannelShiftBy(levels.draw(random));
  }

  /**
   * One draw of it.
   *
   * @param levels what is added
   */
  record ChannelShiftBy(double levels) implements Retouch {
    @Override
    public void retouch(byte[] samples, int width, int channels) {
      int low = 255;
      int high = 0;
      for (byte sample : samples) {
        low = Math.min(low, sample & 0xFF);
        high = Math.max(high, sample & 0xFF);
      }
      int lowest = low;
      int highest = high;
      Tone.map(
          samples,
          value -> (int) Math.max(lowest, Math.min(highest, Math.floor(value + levels + 0.5))));
    }
  }
}
