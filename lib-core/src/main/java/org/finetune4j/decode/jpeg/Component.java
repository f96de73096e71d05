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

  /** All but the mean. */
  private static final long DETAILS = ~1L;

  private final int[] space = new int[BLOCK];

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
   * The coefficients, in natural order: of the blocks of a stripe, or of a single block where one
   * scan brings all of it.
   */
  short[] coefficients = new short[0];

  /**
   * Which coefficients of each of these blocks are not zero: bits in zigzag order, or in natural
   * order where one scan brings all.
   */
  long[] known = new long[0];

  /** What coefficients are multiplied with, in natural order; null before its first scan. */
  int @Nullable [] factors;

  /** Which bit of each coefficient was read last; -1 before. */
  final int[] lastBit = new int[BLOCK];

  private boolean inOneScan;

  /** Pixels that a block becomes, along each side. */
  int side;

  byte[] plane = new byte[0];

  Component(int id, int across, int down, int quantization) {
    this.id = id;
    this.across = across;
    this.down = down;
    this.quantization = quantization;
    Arrays.fill(lastBit, -1);
  }

  /** Prepares for decoding. */
  void start(int unitsPerRow, int unitRows, boolean inOneScan) {
    this.inOneScan = inOneScan;
    storedPerRow = unitsPerRow * across;
    int blocks = inOneScan ? 1 : storedPerRow * down;
    coefficients = new short[blocks * BLOCK];
    known = new long[blocks];
    plane = new byte[Math.multiplyExact(stride(), unitRows * down * side)];
  }

  int stride() {
    return storedPerRow * side;
  }

  /** Turns the coefficients of a stripe into pixels, and forgets them. */
  void finish(int stripe) {
    int rows = Math.min(down, blockRows - stripe * down);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < blocksPerRow; column++) {
        finish(stripe * down + row, column, row * storedPerRow + column);
      }
    }
  }

  /** Turns the coefficients of a block into pixels, and forgets them. */
  void finish(int row, int column, int block) {
    int[] quantities = Objects.requireNonNull(factors);
    int first = block * BLOCK;
    int target = (row * stride() + column) * side;
    if ((known[block] & DETAILS) == 0) {
      InverseDct.fill(coefficients[first] * quantities[0], side, plane, target, stride());
      coefficients[first] = 0;
    } else {
      InverseDct.transform(
          coefficients,
          first,
          quantities,
          inOneScan ? known[block] : -1,
          side,
          space,
          plane,
          target,
          stride());
      System.arraycopy(ZEROS, 0, coefficients, first, BLOCK);
    }
    known[block] = 0;
  }
}
