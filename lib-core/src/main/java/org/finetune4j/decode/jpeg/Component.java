package org.finetune4j.decode.jpeg;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One of the planes of a picture: brightness or a color. It is decoded in stripes, as high as a
 * minimum coded unit of all planes, so that no more coefficients are in memory than those of one.
 */
final class Component {
  static final int BLOCK = 64;

  private static final short[] ZEROS = new short[BLOCK];

  final int id;
  final int across;
  final int down;
  final int quantization;

  /** Blocks that hold pixels: a scan of this component alone has no others. */
  int blocksPerRow;

  int blockRows;

  /** Blocks in a row of the buffer, those that fill up the last unit included. */
  int storedPerRow;

  /**
   * The coefficients of the blocks of a stripe, in zigzag order, where several scans bring them.
   */
  short[] coefficients = new short[0];

  /** Which coefficients of each of these blocks are not zero, in zigzag order. */
  long[] known = new long[0];

  /** What coefficients are multiplied with, in natural order; null before its first scan. */
  int @Nullable [] factors;

  /** Which bit of each coefficient was read last; -1 before. */
  final int[] lastBit = new int[BLOCK];

  /** Pixels that a block becomes, along each side. */
  int side;

  byte[] plane = new byte[0];

  private InverseDct transform = InverseDct.of(1, new int[BLOCK]);

  Component(int id, int across, int down, int quantization) {
    this.id = id;
    this.across = across;
    this.down = down;
    this.quantization = quantization;
    Arrays.fill(lastBit, -1);
  }

  /** Prepares for decoding. */
  void start(int unitsPerRow, int unitRows, boolean inOneScan) {
    storedPerRow = unitsPerRow * across;
    int blocks = inOneScan ? 0 : storedPerRow * down;
    coefficients = new short[blocks * BLOCK];
    known = new long[blocks];
    plane = new byte[Math.multiplyExact(stride(), unitRows * down * side)];
    transform = InverseDct.of(side, Objects.requireNonNull(factors));
  }

  int stride() {
    return storedPerRow * side;
  }

  /** Returns what turns a block into pixels. */
  InverseDct transform() {
    return transform;
  }

  /** Turns the coefficients of a stripe into pixels, and forgets them. */
  void finish(int stripe) {
    int rows = Math.min(down, blockRows - stripe * down);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < blocksPerRow; column++) {
        int block = row * storedPerRow + column;
        int first = block * BLOCK;
        transform.add(0, coefficients[first]);
        long details = known[block] & ~1L;
        for (long left = details; left != 0; left &= left - 1) {
          int k = Long.numberOfTrailingZeros(left);
          transform.add(k, coefficients[first + k]);
        }
        transform.last = 63 - Long.numberOfLeadingZeros(details | 1);
        System.arraycopy(ZEROS, 0, coefficients, first, BLOCK);
        known[block] = 0;
        write(stripe * down + row, column);
      }
    }
  }

  /** Writes the block that was given to {@link #transform()} to its place. */
  void write(int row, int column) {
    transform.write(plane, (row * stride() + column) * side, stride());
  }
}
