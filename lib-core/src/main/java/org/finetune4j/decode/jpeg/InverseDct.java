package org.finetune4j.decode.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The inverse cosine transform of blocks of 8x8 coefficients to 8x8, 4x4, 2x2 or 1x1 pixels:
 * Loeffler, Ligtenberg and Moschytz's, in integers with the rounding of libjpeg's "slow" methods,
 * whose smaller results are the means of the pixels of the larger ones, as far as four or eight
 * frequencies tell them.
 *
 * <p>Many blocks are transformed at once: what belongs to one frequency lies side by side, so that
 * each loop goes over blocks, which the compiler turns into vector instructions.
 *
 * <p>Coefficients are set one by one: each has a place and a weight. Loops are kept short, and are
 * told their length: of others the compiler makes no vector instructions.
 */
abstract class InverseDct {
  /** How many blocks are transformed at once: loops are long, and all stays near the processor. */
  static final int BLOCKS = 128;

  /**
   * From one place to the next: no power of two, for the places of a block to share no cache set.
   */
  static final int PLACE = BLOCKS + 16;

  /** From one row of frequencies, or of pixels, to the next. */
  static final int ROW = 8 * PLACE;

  static final int FRACTION = 13;

  /** Bits that are kept between columns and rows. */
  static final int KEPT = 2;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** What coefficients are worth: by place, then by block. */
  final int[] values;

  /**
   * What coefficients are multiplied with << 32 | where those of the first block go, in zigzag
   * order; what lies behind the last one goes nowhere.
   */
  final long[] terms = new long[2 * 64];

  /** Which coefficients count, as bits in zigzag order; all others go nowhere. */
  long counting;

  private final int places;

  /**
   * @param places how many of them coefficients have; all others go to one behind these
   */
  InverseDct(int places) {
    this.places = places;
    this.values = new int[(places + 1) * PLACE];
  }

  /**
   * Returns the transform of a component.
   *
   * @param side pixels along each side that a block becomes: 1, 2, 4 or 8
   * @param factors what coefficients are multiplied with, in natural order
   */
  static InverseDct of(int side, int[] factors) {
    InverseDct transform =
        switch (side) {
          case 1 -> new MeanDct();
          case 2 -> new QuarterDct();
          case 4 -> new HalfDct();
          default -> new WholeDct();
        };
    int nowhere = transform.places * PLACE;
    Arrays.fill(transform.terms, nowhere);
    for (int k = 0; k < 64; k++) {
      int natural = Zigzag.natural(k);
      int x = natural & 7;
      int y = natural >> 3;
      int weight = factors[natural] * transform.share(y);
      int place = transform.place(x, y) * PLACE;
      transform.terms[k] = (long) weight << 32 | place;
      transform.counting |= place == nowhere ? 0 : 1L << k;
    }
    return transform;
  }

  /** Returns where a frequency goes. */
  int place(int x, int y) {
    return 8 * y + x;
  }

  /** Returns what a row of frequencies is multiplied with beforehand. */
  int share(int y) {
    return 1;
  }

  /** Sets a coefficient of a block. */
  void set(int block, int k, int coefficient) {
    long term = terms[k];
    values[(int) term + block] = coefficient * (int) (term >> 32);
  }

  /**
   * Writes the pixels of blocks, and forgets them.
   *
   * @param start where the first one's go
   * @param step from one block to the next
   * @param stride from one row of pixels to the next
   */
  abstract void write(int count, byte[] plane, int start, int step, int stride);

  /** Sets all to zero. */
  void forget() {
    Arrays.fill(values, 0, places * PLACE, 0);
  }

  /** Writes four pixels of each block. */
  static void writeFour(int[] from, int first, int count, byte[] plane, int start, int step) {
    for (int block = 0; block < count; block++) {
      INT.set(plane, start + block * step, from[first + block]);
    }
  }

  /** Writes two pixels of each block, and two below them. */
  static void writeTwoByTwo(int[] from, int count, byte[] plane, int start, int step, int stride) {
    for (int block = 0; block < count; block++) {
      int at = start + block * step;
      SHORT.set(plane, at, (short) from[block]);
      SHORT.set(plane, at + stride, (short) (from[block] >>> 16));
    }
  }

  /** Makes columns of the first rows, and rows of columns. */
  static void turn(int[] from, int[] to, int rows) {
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < 8; x++) {
        System.arraycopy(from, y * ROW + x * PLACE, to, x * ROW + y * PLACE, BLOCKS);
      }
    }
  }

  /** Packs four rows of samples into one of pixels, four in each number. */
  static void pack(int[] v, int from, int count) {
    for (int i = from; i < from + count; i++) {
      v[i] =
          pixel(v[i])
              | pixel(v[i + ROW]) << 8
              | pixel(v[i + 2 * ROW]) << 16
              | pixel(v[i + 3 * ROW]) << 24;
    }
  }

  /** A sample as a pixel, in a way that is known to vector instructions. */
  static int pixel(int sample) {
    int above = sample - 127;
    int most = sample + 128 - (above & ~(above >> 31));
    return most & ~(most >> 31);
  }
}
