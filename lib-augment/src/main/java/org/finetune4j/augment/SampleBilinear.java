package org.finetune4j.augment;

import org.finetune4j.image.Image;

/** Exact to 0.001: sample by sample, weights of 22 bits. */
final class SampleBilinear implements Bilinear {
  /** The four weights of a pixel add up to one; so 255 times them stays an int. */
  private static final int WEIGHT_BITS = 22;

  private static final int ONE = 1 << WEIGHT_BITS;

  private final byte[] from;
  private final byte[] to;
  private final int width;
  private final int height;
  private final int channels;

  SampleBilinear(Image image, byte[] to) {
    this.from = image.unwrap();
    this.to = to;
    this.width = image.width();
    this.height = image.height();
    this.channels = image.channels();
  }

  @Override
  public void inside(int first, int count, long y, long x, long stepY, long stepX) {
    if (channels == 3) {
      insideRgb(from, to, 3 * width, first, count, y, x, stepY, stepX);
    } else {
      insideGray(from, to, width, first, count, y, x, stepY, stepX);
    }
  }

  private static void insideRgb(
      byte[] from,
      byte[] to,
      int down,
      int first,
      int count,
      long startY,
      long startX,
      long stepY,
      long stepX) {
    long y = startY;
    long x = startX;
    for (int target = 3 * first; target < 3 * (first + count); target += 3) {
      int at = (int) (y >> FRACTION_BITS) * down + (int) (x >> FRACTION_BITS) * 3;
      int bottom = weight(y);
      int right = weight(x);
      int d = (int) (((long) bottom * right) >> WEIGHT_BITS);
      int c = bottom - d;
      int b = right - d;
      int a = ONE - bottom - b;
      to[target] = blend(from, at, 3, down, a, b, c, d);
      to[target + 1] = blend(from, at + 1, 3, down, a, b, c, d);
      to[target + 2] = blend(from, at + 2, 3, down, a, b, c, d);
      y += stepY;
      x += stepX;
    }
  }

  private static void insideGray(
      byte[] from,
      byte[] to,
      int down,
      int first,
      int count,
      long startY,
      long startX,
      long stepY,
      long stepX) {
    long y = startY;
    long x = startX;
    for (int target = first; target < first + count; target++) {
      int at = (int) (y >> FRACTION_BITS) * down + (int) (x >> FRACTION_BITS);
      int bottom = weight(y);
      int right = weight(x);
      int d = (int) (((long) bottom * right) >> WEIGHT_BITS);
      to[target] = blend(from, at, 1, down, ONE - bottom - right + d, right - d, bottom - d, d);
      y += stepY;
      x += stepX;
    }
  }

  @Override
  public void clamped(int first, int count, long startY, long startX, long stepY, long stepX) {
    int stride = channels * width;
    long y = startY;
    long x = startX;
    int target = first * channels;
    for (int i = 0; i < count; i++) {
      long nearY = Bilinear.clamp(y, height - 1);
      long nearX = Bilinear.clamp(x, width - 1);
      int row = (int) (nearY >> FRACTION_BITS);
      int column = (int) (nearX >> FRACTION_BITS);
      int right = column == width - 1 ? 0 : channels;
      int down = row == height - 1 ? 0 : stride;
      int at = row * stride + column * channels;
      int wy = weight(nearY);
      int wx = weight(nearX);
      int d = (int) (((long) wy * wx) >> WEIGHT_BITS);
      for (int c = 0; c < channels; c++) {
        to[target++] = blend(from, at + c, right, down, ONE - wy - wx + d, wx - d, wy - d, d);
      }
      y += stepY;
      x += stepX;
    }
  }

  private static int weight(long position) {
    return (int) (position >>> (FRACTION_BITS - WEIGHT_BITS)) & (ONE - 1);
  }

  /** Weighs the samples here, to the right, below, and below to the right. */
  private static byte blend(byte[] from, int at, int right, int down, int a, int b, int c, int d) {
    int sum =
        (from[at] & 0xFF) * a
            + (from[at + right] & 0xFF) * b
            + (from[at + down] & 0xFF) * c
            + (from[at + down + right] & 0xFF) * d;
    return (byte) ((sum + ONE / 2) >> WEIGHT_BITS);
  }
}
