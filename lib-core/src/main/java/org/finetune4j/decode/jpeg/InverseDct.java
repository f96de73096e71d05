package org.finetune4j.decode.jpeg;

/**
 * The inverse cosine transform of a block of 8x8 coefficients to 8x8, 4x4, 2x2 or 1x1 pixels:
 * Loeffler, Ligtenberg and Moschytz's, in integers with the rounding of libjpeg's "slow" methods,
 * whose smaller results are the means of the pixels of the larger ones, as far as four or eight
 * frequencies tell them.
 */
final class InverseDct {
  private static final int FRACTION = 13;

  /** Bits that are kept between columns and rows. */
  private static final int KEPT = 2;

  /** A column without its first coefficient. */
  private static final long BELOW_FIRST = 0x0101010101010100L;

  private InverseDct() {}

  /** Fills a block whose pixels are all the same. */
  static void fill(int mean, int side, byte[] plane, int target, int stride) {
    byte value = pixel((mean + 4) >> 3);
    for (int row = 0; row < side; row++) {
      int at = target + row * stride;
      for (int i = at; i < at + side; i++) {
        plane[i] = value;
      }
    }
  }

  /**
   * Transforms a block.
   *
   * @param from coefficients, 64 of them from {@code first}, in natural order
   * @param factors what they are multiplied with
   * @param which of the coefficients may be other than zero, bits in natural order
   * @param side 1, 2, 4 or 8
   * @param space 64 numbers for its own use
   */
  static void transform(
      short[] from,
      int first,
      int[] factors,
      long which,
      int side,
      int[] space,
      byte[] plane,
      int target,
      int stride) {
    switch (side) {
      case 8 -> whole(from, first, factors, which, space, plane, target, stride);
      case 4 -> half(from, first, factors, which, space, plane, target, stride);
      case 2 -> quarter(from, first, factors, which, space, plane, target, stride);
      default -> fill(from[first] * factors[0], side, plane, target, stride);
    }
  }

  private static byte pixel(int value) {
    return (byte) Math.max(0, Math.min(255, value + 128));
  }

  private static void whole(
      short[] from,
      int first,
      int[] f,
      long which,
      int[] space,
      byte[] plane,
      int target,
      int stride) {
    for (int x = 0; x < 8; x++) {
      int c = first + x;
      int mean = from[c] * f[x];
      if ((which >>> x & BELOW_FIRST) == 0) {
        for (int y = 0; y < 64; y += 8) {
          space[x + y] = mean << KEPT;
        }
        continue;
      }
      eight(
          mean,
          from[c + 8] * f[x + 8],
          from[c + 16] * f[x + 16],
          from[c + 24] * f[x + 24],
          from[c + 32] * f[x + 32],
          from[c + 40] * f[x + 40],
          from[c + 48] * f[x + 48],
          from[c + 56] * f[x + 56],
          space,
          x,
          8,
          FRACTION - KEPT);
    }
    int[] row = new int[8];
    for (int y = 0; y < 8; y++) {
      int s = 8 * y;
      eight(
          space[s],
          space[s + 1],
          space[s + 2],
          space[s + 3],
          space[s + 4],
          space[s + 5],
          space[s + 6],
          space[s + 7],
          row,
          0,
          1,
          FRACTION + KEPT + 3);
      for (int x = 0; x < 8; x++) {
        plane[target + x] = pixel(row[x]);
      }
      target += stride;
    }
  }

  /** Eight numbers from eight frequencies. */
  private static void eight(
      int c0,
      int c1,
      int c2,
      int c3,
      int c4,
      int c5,
      int c6,
      int c7,
      int[] to,
      int at,
      int step,
      int shift) {
    int half = 1 << (shift - 1);
    int z = (c2 + c6) * 4433;
    int e2 = z - c6 * 15137;
    int e3 = z + c2 * 6270;
    int e0 = ((c0 + c4) << FRACTION) + half;
    int e1 = ((c0 - c4) << FRACTION) + half;
    int a0 = e0 + e3;
    int a3 = e0 - e3;
    int a1 = e1 + e2;
    int a2 = e1 - e2;
    int z5 = (c7 + c3 + c5 + c1) * 9633;
    int z1 = (c7 + c1) * -7373;
    int z2 = (c5 + c3) * -20995;
    int z3 = (c7 + c3) * -16069 + z5;
    int z4 = (c5 + c1) * -3196 + z5;
    int b0 = c7 * 2446 + z1 + z3;
    int b1 = c5 * 16819 + z2 + z4;
    int b2 = c3 * 25172 + z2 + z3;
    int b3 = c1 * 12299 + z1 + z4;
    to[at] = (a0 + b3) >> shift;
    to[at + step] = (a1 + b2) >> shift;
    to[at + 2 * step] = (a2 + b1) >> shift;
    to[at + 3 * step] = (a3 + b0) >> shift;
    to[at + 4 * step] = (a3 - b0) >> shift;
    to[at + 5 * step] = (a2 - b1) >> shift;
    to[at + 6 * step] = (a1 - b2) >> shift;
    to[at + 7 * step] = (a0 - b3) >> shift;
  }

  private static void half(
      short[] from,
      int first,
      int[] f,
      long which,
      int[] space,
      byte[] plane,
      int target,
      int stride) {
    for (int x = 0; x < 8; x++) {
      if (x == 4) {
        continue; // The fifth frequency has no share in means of two.
      }
      int c = first + x;
      int mean = from[c] * f[x];
      if ((which >>> x & BELOW_FIRST) == 0) {
        for (int y = 0; y < 32; y += 8) {
          space[x + y] = mean << KEPT;
        }
        continue;
      }
      four(
          mean,
          from[c + 8] * f[x + 8],
          from[c + 16] * f[x + 16],
          from[c + 24] * f[x + 24],
          from[c + 40] * f[x + 40],
          from[c + 48] * f[x + 48],
          from[c + 56] * f[x + 56],
          space,
          x,
          8,
          FRACTION - KEPT + 1);
    }
    for (int s = 0; s < 32; s += 8) {
      four(
          space[s],
          space[s + 1],
          space[s + 2],
          space[s + 3],
          space[s + 5],
          space[s + 6],
          space[s + 7],
          space,
          32,
          1,
          FRACTION + KEPT + 4);
      for (int x = 0; x < 4; x++) {
        plane[target + x] = pixel(space[32 + x]);
      }
      target += stride;
    }
  }

  /** The means of two neighbours each. */
  private static void four(
      int c0,
      int c1,
      int c2,
      int c3,
      int c5,
      int c6,
      int c7,
      int[] to,
      int at,
      int step,
      int shift) {
    int mean = (c0 << (FRACTION + 1)) + (1 << (shift - 1));
    int even = c2 * 15137 - c6 * 6270;
    int inner = c7 * -1730 + c5 * 11893 + c3 * -17799 + c1 * 8697;
    int outer = c7 * -4176 + c5 * -4926 + c3 * 7373 + c1 * 20995;
    to[at] = (mean + even + outer) >> shift;
    to[at + step] = (mean - even + inner) >> shift;
    to[at + 2 * step] = (mean - even - inner) >> shift;
    to[at + 3 * step] = (mean + even - outer) >> shift;
  }

  private static void quarter(
      short[] from,
      int first,
      int[] f,
      long which,
      int[] space,
      byte[] plane,
      int target,
      int stride) {
    int shift = FRACTION - KEPT + 2;
    for (int x = 0; x < 8; x = x == 0 ? 1 : x + 2) {
      int c = first + x;
      if ((which >>> x & BELOW_FIRST) == 0) {
        space[x] = (from[c] * f[x]) << KEPT;
        space[x + 8] = space[x];
        continue;
      }
      int mean = ((from[c] * f[x]) << (FRACTION + 2)) + (1 << (shift - 1));
      int odd =
          two(
              from[c + 8] * f[x + 8],
              from[c + 24] * f[x + 24],
              from[c + 40] * f[x + 40],
              from[c + 56] * f[x + 56]);
      space[x] = (mean + odd) >> shift;
      space[x + 8] = (mean - odd) >> shift;
    }
    int last = FRACTION + KEPT + 5;
    for (int s = 0; s < 16; s += 8) {
      int mean = (space[s] << (FRACTION + 2)) + (1 << (last - 1));
      int odd = two(space[s + 1], space[s + 3], space[s + 5], space[s + 7]);
      plane[target] = pixel((mean + odd) >> last);
      plane[target + 1] = pixel((mean - odd) >> last);
      target += stride;
    }
  }

  /** Half the difference between the means of four neighbours each. */
  private static int two(int c1, int c3, int c5, int c7) {
    return c1 * 29692 - c3 * 10426 + c5 * 6967 - c7 * 5906;
  }
}
