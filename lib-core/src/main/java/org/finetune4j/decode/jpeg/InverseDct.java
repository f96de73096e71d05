package org.finetune4j.decode.jpeg;

import java.util.Arrays;

/**
 * The inverse cosine transform of a block of 8x8 coefficients to 8x8, 4x4, 2x2 or 1x1 pixels:
 * Loeffler, Ligtenberg and Moschytz's, in integers with the rounding of libjpeg's "slow" methods,
 * whose smaller results are the means of the pixels of the larger ones, as far as four or eight
 * frequencies tell them.
 *
 * <p>Coefficients are added one by one, in zigzag order: each has a place and a weight. Where a
 * block becomes 2x2 pixels, all of a column but the first share a place, so that most of the
 * columns' work is done by adding.
 */
final class InverseDct {
  private static final int FRACTION = 13;

  /** Bits that are kept between columns and rows. */
  private static final int KEPT = 2;

  private static final int NOWHERE = 64;

  /** Up to here only the first four frequencies across and down are coded. */
  private static final int LOW = 9;

  // The shares of odd frequencies in half the difference between the means of four neighbours.
  private static final int SHARE_1 = 29692;
  private static final int SHARE_3 = -10426;
  private static final int SHARE_5 = 6967;
  private static final int SHARE_7 = -5906;
  private static final int[] SHARES = {0, SHARE_1, 0, SHARE_3, 0, SHARE_5, 0, SHARE_7};

  /** The sums of a block, each at its place. */
  final int[] values = new int[NOWHERE + 1];

  /**
   * What coefficients are multiplied with << 32 | where they go, in zigzag order; what lies behind
   * the last one goes nowhere.
   */
  final long[] terms = new long[64 + 16];

  /** The last coefficient that may be other than zero, in zigzag order. */
  int last;

  private final int side;
  private final int[] space = new int[64];

  private InverseDct(int side) {
    this.side = side;
  }

  /**
   * Returns the transform of a component.
   *
   * @param side pixels along each side that a block becomes: 1, 2, 4 or 8
   * @param factors what coefficients are multiplied with, in natural order
   */
  static InverseDct of(int side, int[] factors) {
    InverseDct transform = new InverseDct(side);
    Arrays.fill(transform.terms, NOWHERE);
    for (int k = 0; k < 64; k++) {
      int natural = Zigzag.natural(k);
      int x = natural & 7;
      int y = natural >> 3;
      boolean odd = side == 2 && y % 2 == 1;
      int weight = factors[natural] * (odd ? SHARES[y] : 1);
      transform.terms[k] = (long) weight << 32 | place(x, y, side);
    }
    return transform;
  }

  /** Where pixels are means of four, columns are added up as far as they have a share. */
  private static int place(int x, int y, int side) {
    return side == 2 && y % 2 == 1 ? 8 + x : 8 * y + x;
  }

  /** Adds a coefficient. */
  void add(int k, int coefficient) {
    long term = terms[k];
    values[(int) term] += coefficient * (int) (term >> 32);
  }

  /** Writes the pixels of the block, and forgets it. */
  void write(byte[] plane, int target, int stride) {
    if (side == 2) {
      quarter(plane, target, stride);
    } else if (side == 1 || last == 0) {
      fill(plane, target, stride);
    } else if (side == 4) {
      half(plane, target, stride);
    } else {
      whole(plane, target, stride);
    }
    if (side == 2) {
      Arrays.fill(values, 0, 16, 0);
    } else if (last > 0) {
      Arrays.fill(values, 0, 64, 0);
    }
    values[0] = 0;
    last = 0;
  }

  /** A block whose pixels are all the same. */
  private void fill(byte[] plane, int target, int stride) {
    byte value = pixel((values[0] + 4) >> 3);
    for (int row = 0; row < side; row++) {
      int at = target + row * stride;
      for (int i = at; i < at + side; i++) {
        plane[i] = value;
      }
    }
  }

  private static byte pixel(int value) {
    return (byte) Math.max(0, Math.min(255, value + 128));
  }

  private void whole(byte[] plane, int start, int stride) {
    int target = start;
    for (int x = 0; x < 8; x++) {
      int mean = values[x];
      if (isFlat(x)) {
        for (int y = 0; y < 64; y += 8) {
          space[x + y] = mean << KEPT;
        }
        continue;
      }
      eight(
          mean,
          values[x + 8],
          values[x + 16],
          values[x + 24],
          values[x + 32],
          values[x + 40],
          values[x + 48],
          values[x + 56],
          space,
          x,
          8,
          FRACTION - KEPT);
    }
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
          space,
          s,
          1,
          FRACTION + KEPT + 3);
      for (int x = 0; x < 8; x++) {
        plane[target + x] = pixel(space[s + x]);
      }
      target += stride;
    }
  }

  /** Returns whether there is nothing in a column below its first coefficient. */
  private boolean isFlat(int x) {
    int all = 0;
    for (int at = x + 8; at < 64; at += 8) {
      all |= values[at];
    }
    return all == 0;
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

  private void half(byte[] plane, int start, int stride) {
    int[] v = values;
    int[] s = space;
    int shift = FRACTION - KEPT + 1;
    boolean low = last <= LOW;
    if (low) {
      for (int x = 0; x < 4; x++) {
        four(v[x], v[x + 8], v[x + 16], v[x + 24], 0, 0, 0, s, x, 8, shift);
      }
    } else {
      for (int x = 0; x < 8; x++) {
        four(v[x], v[x + 8], v[x + 16], v[x + 24], v[x + 40], v[x + 48], v[x + 56], s, x, 8, shift);
      }
    }
    shift = FRACTION + KEPT + 4;
    int target = start;
    for (int row = 0; row < 32; row += 8) {
      int c1 = s[row + 1];
      int c2 = s[row + 2];
      int c3 = s[row + 3];
      if (low) {
        four(s[row], c1, c2, c3, 0, 0, 0, s, 32, 1, shift);
      } else {
        four(s[row], c1, c2, c3, s[row + 5], s[row + 6], s[row + 7], s, 32, 1, shift);
      }
      for (int x = 0; x < 4; x++) {
        plane[target + x] = pixel(s[32 + x]);
      }
      target += stride;
    }
  }

  /** The means of two neighbours each, in which the fifth frequency has no share. */
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
    int inner = c1 * 8697 - c3 * 17799 + c5 * 11893 - c7 * 1730;
    int outer = c1 * 20995 + c3 * 7373 - c5 * 4926 - c7 * 4176;
    to[at] = (mean + even + outer) >> shift;
    to[at + step] = (mean - even + inner) >> shift;
    to[at + 2 * step] = (mean - even - inner) >> shift;
    to[at + 3 * step] = (mean + even - outer) >> shift;
  }

  private void quarter(byte[] plane, int target, int stride) {
    int shift = FRACTION - KEPT + 2;
    int half = 1 << (shift - 1);
    int[] v = values;
    int m0 = (v[0] << (FRACTION + 2)) + half;
    int m1 = (v[1] << (FRACTION + 2)) + half;
    int m3 = (v[3] << (FRACTION + 2)) + half;
    int m5 = (v[5] << (FRACTION + 2)) + half;
    int m7 = (v[7] << (FRACTION + 2)) + half;
    two(
        (m0 + v[8]) >> shift,
        (m1 + v[9]) >> shift,
        (m3 + v[11]) >> shift,
        (m5 + v[13]) >> shift,
        (m7 + v[15]) >> shift,
        plane,
        target);
    two(
        (m0 - v[8]) >> shift,
        (m1 - v[9]) >> shift,
        (m3 - v[11]) >> shift,
        (m5 - v[13]) >> shift,
        (m7 - v[15]) >> shift,
        plane,
        target + stride);
  }

  private static void two(int c0, int c1, int c3, int c5, int c7, byte[] plane, int target) {
    int last = FRACTION + KEPT + 5;
    int mean = (c0 << (FRACTION + 2)) + (1 << (last - 1));
    int odd = c1 * SHARE_1 + c3 * SHARE_3 + c5 * SHARE_5 + c7 * SHARE_7;
    plane[target] = pixel((mean + odd) >> last);
    plane[target + 1] = pixel((mean - odd) >> last);
  }
}
