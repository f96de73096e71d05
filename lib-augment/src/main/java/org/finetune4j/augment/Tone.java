package org.finetune4j.augment;

import java.util.function.IntUnaryOperator;
import org.finetune4j.image.Image;

/** Changes of samples that depend on the sample alone, and Pillow's way of mixing two of them. */
final class Tone {
  private Tone() {}

  /** Replaces every sample by a function of it. */
  static void map(byte[] samples, IntUnaryOperator function) {
    byte[] table = new byte[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) function.applyAsInt(i);
    }
    map(samples, 0, 1, table);
  }

  /** Replaces the samples of one channel by their entries in a table. */
  static void map(byte[] samples, int channel, int channels, byte[] table) {
    for (int i = channel; i < samples.length; i += channels) {
      samples[i] = table[samples[i] & 0xFF];
    }
  }

  /** Counts the values of one channel. */
  static int[] histogram(byte[] samples, int channel, int channels) {
    int[] counts = new int[256];
    for (int i = channel; i < samples.length; i += channels) {
      counts[samples[i] & 0xFF]++;
    }
    return counts;
  }

  /**
   * Goes from one value by a factor towards and beyond another, as Pillow's {@code Image.blend}:
   * single precision, rounded down.
   */
  static int blend(int from, int towards, float factor) {
    float mixed = from + factor * (towards - from);
    return mixed <= 0 ? 0 : mixed >= 255 ? 255 : (int) mixed;
  }

  /** Returns the mean luma, rounded. */
  static int meanLuma(byte[] samples, int channels) {
    long sum = 0;
    for (int i = 0; i < samples.length; i += channels) {
      sum += channels == 3 ? Image.luma(samples, i) : samples[i] & 0xFF;
    }
    int pixels = samples.length / channels;
    return (int) ((double) sum / pixels + 0.5);
  }

  static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
