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

  /** The coefficients of a stripe, block by block, in natural order. */
  short[] coefficients = new short[0];

  /** Which of the blocks have others than the mean. */
  boolean[] detailed = new boolean[0];

  /** What coefficients are multiplied with, in natural order; null before its first scan. */
  int @Nullable [] factors;

  /** Which bit of each coefficient was read last; -1 before. */
  final int[] lastBit = new int[BLOCK];

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
  void start(int unitsPerRow, int unitRows) {
    storedPerRow = unitsPerRow * across;
    coefficients = new short[storedPerRow * down * BLOCK];
    detailed = new boolean[storedPerRow * down];
    plane = new byte[Math.multiplyExact(stride(), unitRows * down * side)];
  }

  int stride() {
    return storedPerRow * side;
  }

  /** Turns the coefficients of a stripe into pixels, and forgets them. */
  void finish(int stripe) {
    int[] quantities = Objects.requireNonNull(factors);
    int[] space = new int[BLOCK];
    int rows = Math.min(down, blockRows - stripe * down);
    for (int row = 0; row < rows; row++) {
      int target = (stripe * down + row) * side * stride();
      int first = row * storedPerRow;
      for (int i = first; i < first + blocksPerRow; i++) {
        if (detailed[i]) {
          InverseDct.transform(
              coefficients, i * BLOCK, quantities, side, space, plane, target, stride());
          System.arraycopy(ZEROS, 0, coefficients, i * BLOCK, BLOCK);
          detailed[i] = false;
        } else {
          InverseDct.fill(coefficients[i * BLOCK] * quantities[0], side, plane, target, stride());
          coefficients[i * BLOCK] = 0;
        }
        target += side;
      }
    }
  }
}
