package org.finetune4j.augment;

import java.lang.ref.SoftReference;
import org.finetune4j.image.Image;

/**
 * Exact to 0.1: the three channels of a pixel stand side by side in one {@code long}, 21 bits for
 * each, so that one multiplication weighs all three. Weights have 13 bits.
 */
final class PackedBilinear implements Bilinear {
  private static final int FIELD = 21;
  private static final int WEIGHT_BITS = 13;
  private static final int ONE = 1 << WEIGHT_BITS;
  private static final long HALVES = (ONE / 2) * (1L | (1L << FIELD) | (1L << (2 * FIELD)));

  /** Beyond 8 MB the scratch memory would cost more than it gains. */
  private static final int LARGEST = 1 << 20;

  /** Scratch memory of a thread; made anew when memory was short or a picture is larger. */
  private static final ThreadLocal<SoftReference<long[]>> SCRATCH =
      ThreadLocal.withInitial(() -> new SoftReference<>(new long[0]));

  private final long[] pixels;
  private final byte[] to;
  private final int width;
  private final int height;

  PackedBilinear(Image image, byte[] to) {
    this.to = to;
    this.width = image.width();
    this.height = image.height();
    this.pixels = scratch(width * height);
    pack(image.unwrap(), pixels, width * height);
  }

  static boolean suits(Image image) {
    return image.channels() == 3 && image.size().pixels() <= LARGEST;
  }

  private static long[] scratch(int length) {
    long[] held = SCRATCH.get().get();
    if (held != null && held.length >= length) {
      return held;
    }
    long[] larger = new long[length];
    SCRATCH.set(new SoftReference<>(larger));
    return larger;
  }

  private static void pack(byte[] rgb, long[] pixels, int count) {
    for (int i = 0; i < count; i++) {
      long red = rgb[3 * i] & 0xFF;
      long green = rgb[3 * i + 1] & 0xFF;
      long blue = rgb[3 * i + 2] & 0xFF;
      pixels[i] = red | (green << FIELD) | (blue << (2 * FIELD));
    }
  }

  @Override
  public void inside(int first, int count, long y, long x, long stepY, long stepX) {
    inside(pixels, to, width, first, count, y, x, stepY, stepX);
  }

  private static void inside(
      long[] pixels,
      byte[] to,
      int width,
      int first,
      int count,
      long startY,
      long startX,
      long stepY,
      long stepX) {
    long y = startY;
    long x = startX;
    for (int target = 3 * first; target < 3 * (first + count); target += 3) {
      int at = (int) (y >> FRACTION_BITS) * width + (int) (x >> FRACTION_BITS);
      int bottom = weight(y);
      int right = weight(x);
      int d = (bottom * right) >> WEIGHT_BITS;
      long sum =
          pixels[at] * (ONE - bottom - right + d)
              + pixels[at + 1] * (right - d)
              + pixels[at + width] * (bottom - d)
              + pixels[at + width + 1] * d
              + HALVES;
      unpack(sum, to, target);
      y += stepY;
      x += stepX;
    }
  }

  @Override
  public void clamped(int first, int count, long startY, long startX, long stepY, long stepX) {
    long y = startY;
    long x = startX;
    for (int target = 3 * first; target < 3 * (first + count); target += 3) {
      long nearY = Bilinear.clamp(y, height - 1);
      long nearX = Bilinear.clamp(x, width - 1);
      int row = (int) (nearY >> FRACTION_BITS);
      int column = (int) (nearX >> FRACTION_BITS);
      int at = row * width + column;
      int below = row == height - 1 ? at : at + width;
      int beside = column == width - 1 ? 0 : 1;
      int bottom = weight(nearY);
      int right = weight(nearX);
      int d = (bottom * right) >> WEIGHT_BITS;
      long sum =
          pixels[at] * (ONE - bottom - right + d)
              + pixels[at + beside] * (right - d)
              + pixels[below] * (bottom - d)
              + pixels[below + beside] * d
              + HALVES;
      unpack(sum, to, target);
      y += stepY;
      x += stepX;
    }
  }

  private static int weight(long position) {
    return (int) (position >>> (FRACTION_BITS - WEIGHT_BITS)) & (ONE - 1);
  }

  private static void unpack(long sum, byte[] to, int target) {
    to[target] = (byte) (sum >> WEIGHT_BITS);
    to[target + 1] = (byte) (sum >> (FIELD + WEIGHT_BITS));
    to[target + 2] = (byte) (sum >> (2 * FIELD + WEIGHT_BITS));
  }
}
