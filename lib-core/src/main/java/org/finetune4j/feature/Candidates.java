package org.finetune4j.feature;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * The few rows among which the nearest ones are, found in 16-bit integers by all processors: half
 * of the memory has to be read, and Java's compiler makes vector instructions of the loop ({@code
 * vpmaddwd} on x86). How far rounding leads astray is bounded, so that whoever computes those few
 * in double precision has the same result as from all rows.
 */
final class Candidates {
  /** Rows below which starting threads costs more than they bring. */
  private static final int FEW = 2_000;

  /** Rows of a block: its pairs of columns lie one behind the other, those of all rows together. */
  private static final int ROWS = 64;

  /** Pairs of columns that are added up side by side: loops long enough to be worth vectors. */
  private static final int PAIRS = 8;

  /** What 1 becomes. By Cauchy and Schwarz no sum of products of two rows is above its square. */
  private static final int SCALE = 32_700;

  /** The longest that a row can be, whoever rounded it. */
  private static final double LENGTH = 1.001;

  private final short[][] blocks;
  private final int rows;
  private final int columns;

  /**
   * Not a constant: Java's compiler makes no vector instructions of loops whose length it knows.
   */
  private final int lanes;

  private Candidates(short[][] blocks, int rows, int columns) {
    this.blocks = blocks;
    this.rows = rows;
    this.columns = columns;
    this.lanes = ROWS * PAIRS;
  }

  /**
   * Rounds rows.
   *
   * @param rows of length 1 each, all of the same number of columns
   */
  static Candidates of(float[][] rows) {
    short[][] blocks = new short[(rows.length + ROWS - 1) / ROWS][];
    IntStream.range(0, blocks.length)
        .parallel()
        .forEach(
            block -> {
              short[] rounded = block(rows[0].length);
              for (int r = 0; r < ROWS && block * ROWS + r < rows.length; r++) {
                put(rows[block * ROWS + r], rounded, r);
              }
              blocks[block] = rounded;
            });
    return new Candidates(blocks, rows.length, rows[0].length);
  }

  private static short[] block(int columns) {
    int step = 2 * PAIRS;
    return new short[(columns + step - 1) / step * step * ROWS];
  }

  private static void put(float[] row, short[] block, int r) {
    for (int column = 0; column < row.length; column++) {
      block[(column / 2 * ROWS + r) * 2 + column % 2] = (short) Math.rint(SCALE * row[column]);
    }
  }

  /**
   * Returns rows, in order, that include the {@code k} with the largest products.
   *
   * @param query of length 1
   */
  int[] near(float[] query, int k) {
    short[] repeated = repeated(query);
    int[] products = new int[blocks.length * ROWS];
    IntStream all = IntStream.range(0, blocks.length);
    (rows < FEW ? all : all.parallel())
        .forEach(block -> products(blocks[block], repeated, products, block * ROWS));
    return largest(products, k);
  }

  /**
   * Returns for each of several queries what {@link #near(float[], int)} does, in one thread: rows
   * are read from memory once for all of them.
   */
  int[][] near(float[][] queries, int k) {
    short[][] repeated = new short[queries.length][];
    int[][] products = new int[queries.length][blocks.length * ROWS];
    for (int q = 0; q < queries.length; q++) {
      repeated[q] = repeated(queries[q]);
    }
    for (int block = 0; block < blocks.length; block++) {
      for (int q = 0; q < queries.length; q++) {
        products(blocks[block], repeated[q], products[q], block * ROWS);
      }
    }
    int[][] near = new int[queries.length][];
    for (int q = 0; q < queries.length; q++) {
      near[q] = largest(products[q], k);
    }
    return near;
  }

  /** Returns a block whose rows are all the query. */
  private short[] repeated(float[] query) {
    short[] repeated = block(columns);
    for (int r = 0; r < ROWS; r++) {
      put(query, repeated, r);
    }
    return repeated;
  }

  private int[] largest(int[] products, int k) {
    double least = largest(products, rows, k) - 2 * error();
    return IntStream.range(0, rows).filter(i -> products[i] >= least).toArray();
  }

  /** Of the product of two rounded rows: each number is off by a half at most. */
  private double error() {
    double ofOneRow = Math.sqrt(columns) / 2;
    return 2 * LENGTH * SCALE * ofOneRow + ofOneRow * ofOneRow + 1;
  }

  private void products(short[] block, short[] query, int[] products, int first) {
    int[] sums = new int[lanes];
    for (int at = 0; at < block.length; at += 2 * sums.length) {
      add(block, query, at, sums);
    }
    for (int i = 0; i < sums.length; i++) {
      products[first + i % ROWS] += sums[i];
    }
  }

  /** Written as the compiler knows it: multiply two pairs of shorts, add both products. */
  private static void add(short[] a, short[] b, int at, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += a[at + 2 * i] * b[at + 2 * i] + a[at + 2 * i + 1] * b[at + 2 * i + 1];
    }
  }

  /** Returns the {@code k}-th largest of the first values, or the smallest of fewer. */
  private static int largest(int[] values, int count, int k) {
    PriorityQueue<Integer> kept = new PriorityQueue<>();
    int least = Integer.MIN_VALUE;
    for (int value : Arrays.copyOf(values, count)) {
      if (kept.size() < k) {
        kept.add(value);
        least = kept.element();
      } else if (value > least) {
        kept.remove();
        kept.add(value);
        least = kept.element();
      }
    }
    return least;
  }
}
