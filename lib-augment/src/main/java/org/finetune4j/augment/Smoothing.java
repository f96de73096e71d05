package org.finetune4j.augment;

/** Pillow's filter {@code SMOOTH}: the neighbours with weight 1, the pixel with 5, over 13. */
final class Smoothing {
  private Smoothing() {}

  /** Blends from the smoothed picture by a factor towards and beyond the given one, in place. */
  static void blend(byte[] samples, int width, int channels, float factor) {
    int stride = width * channels;
    int height = samples.length / stride;
    byte[] above = new byte[stride];
    byte[] here = new byte[stride];
    System.arraycopy(samples, 0, here, 0, stride);
    for (int y = 1; y < height - 1; y++) {
      byte[] free = above;
      above = here;
      here = free;
      System.arraycopy(samples, y * stride, here, 0, stride);
      blendRow(samples, y * stride, above, here, channels, factor);
    }
  }

  /** The rows above and here are copies, as this one is overwritten; the row below is not yet. */
  private static void blendRow(
      byte[] samples, int row, byte[] above, byte[] here, int channels, float factor) {
    int below = row + here.length;
    for (int i = channels; i < here.length - channels; i++) {
      int sum =
          threeAround(above, i, channels)
              + threeAround(here, i, channels)
              + threeAround(samples, below + i, channels)
              + 4 * (here[i] & 0xFF);
      int smooth = (int) (sum / 13f + 0.5f);
      samples[row + i] = (byte) Tone.blend(smooth, here[i] & 0xFF, factor);
    }
  }

  private static int threeAround(byte[] samples, int at, int channels) {
    return (samples[at - channels] & 0xFF) + (samples[at] & 0xFF) + (samples[at + channels] & 0xFF);
  }
}
