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

  /**
   * What turns blocks into pixels: one for each block of a unit, which takes those of many units.
   */
  InverseDct[] transforms = new InverseDct[0];

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
    transforms = new InverseDct[across * down];
    Arrays.setAll(transforms, i -> InverseDct.of(side, Objects.requireNonNull(factors)));
  }

  int stride() {
    return storedPerRow * side;
  }

  InverseDct transform(int row, int column) {
    return transforms[row * across + column];
  }

  /** Turns the coefficients of a stripe into pixels, and forgets them. */
  void finish(int stripe) {
    int rows = Math.min(down, blockRows - stripe * down);
    for (int row = 0; row < rows; row++) {
      for (int first = 0; first * across < storedPerRow; first += InverseDct.BLOCKS) {
        int units = Math.min(InverseDct.BLOCKS, storedPerRow / across - first);
        for (int unit = 0; unit < units; unit++) {
          for (int column = 0; column < across; column++) {
            finish(row, column, first + unit, unit);
          }
        }
        write(stripe, row, first, units);
      }
    }
    Arrays.fill(coefficients, (short) 0);
    Arrays.fill(known, 0);
  }

  private void finish(int row, int column, int unit, int place) {
    int block = row * storedPerRow + unit * across + column;
    InverseDct to = transform(row, column);
    int first = block * BLOCK;
    to.set(place, 0, coefficients[first]);
    long details = known[block] & to.counting & ~1L;
    for (long left = details; left != 0; left &= left - 1) {
      int k = Long.numberOfTrailingZeros(left);
      to.set(place, k, coefficients[first + k]);
    }
  }

  /** Writes the blocks of a row of units that were given to {@link #transform} to their places. */
  void write(int stripe, int row, int firstUnit, int units) {
    int at = (stripe * down + row) * stride() * side;
    for (int column = 0; column < across; column++) {
      int start = at + (firstUnit * across + column) * side;
      transform(row, column).write(units, plane, start, across * side, stride());
    }
  }
}
