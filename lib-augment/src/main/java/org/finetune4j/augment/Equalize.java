package org.finetune4j.augment;

import java.util.Arrays;
import org.finetune4j.random.CounterRandom;

/**
 * Makes all values of each channel about equally frequent; equals Pillow's {@code
 * ImageOps.equalize}.
 */
public record Equalize() implements Transform, Retouch {
  @Override
  public Operation sample(CounterRandom random) {
    return this;
  }

  @Override
  public void retouch(byte[] samples, int width, int channels) {
    for (int channel = 0; channel < channels; channel++) {
      int[] counts = Tone.histogram(samples, channel, channels);
      int last = 255;
      while (counts[last] == 0) {
        last--;
      }
      int step = (Arrays.stream(counts).sum() - counts[last]) / 255;
      if (step > 0) {
        Tone.map(samples, channel, channels, equalized(counts, step));
      }
    }
  }

  private static byte[] equalized(int[] counts, int step) {
    byte[] table = new byte[256];
    long position = step / 2;
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) Tone.clip((int) (position / step));
      position += counts[i];
    }
    return table;
  }
}
