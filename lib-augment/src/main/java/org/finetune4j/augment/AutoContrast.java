package org.finetune4j.augment;

import org.finetune4j.random.CounterRandom;

/**
 * Stretches each channel so that it reaches from 0 to 255; equals Pillow's {@code
 * ImageOps.autocontrast}.
 */
public record AutoContrast() implements Transform, Retouch {
  @Override
  public Operation sample(CounterRandom random) {
    return this;
  }

  @Override
  public void retouch(byte[] samples, int width, int channels) {
    for (int channel = 0; channel < channels; channel++) {
      int[] counts = Tone.histogram(samples, channel, channels);
      int low = 0;
      while (counts[low] == 0) {
        low++;
      }
      int high = 255;
      while (counts[high] == 0) {
        high--;
      }
      if (low < high) {
        Tone.map(samples, channel, channels, stretched(low, high));
      }
    }
  }

  private static byte[] stretched(int low, int high) {
    double scale = 255.0 / (high - low);
    double offset = -low * scale;
    byte[] table = new byte[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) Tone.clip((int) (i * scale + offset));
    }
    return table;
  }
}
