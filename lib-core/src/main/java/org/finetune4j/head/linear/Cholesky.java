package org.finetune4j.head.linear;

import java.util.stream.IntStream;

/**
 * A symmetric, positive definite matrix as the product of a transposed triangle and the triangle
 * (Golub and Van Loan, Matrix Computations, 4th edition, section 4.2, from the last row to the
 * first), to solve equations with. All rows begin in column 0, and so do all loops, which the
 * just-in-time compiler turns into vector instructions. Immutable and thread-safe; the same bits on
 * any number of threads.
 */
final class Cholesky {
  /** Rows that are worked on together, so that what they need is read once. */
  private static final int BLOCK = 32;

  private static final int PIECE = 8;

  private static final int AT_ONCE = 4;

  /** Row k of the lower triangle, up to column k. */
  private final double[][] rows;

  /**
   * Factors a matrix.
   *
   * @param lower its lower triangle: row k up to column k; overwritten
   * @throws IllegalArgumentException if it is not positive definite
   */
  Cholesky(double[][] lower) {
    this.rows = lower;
    for (int last = lower.length; last > 0; last -= BLOCK) {
      int end = last;
      int first = Math.max(0, end - BLOCK);
      IntStream.range(0, (end - first + PIECE - 1) / PIECE)
          .parallel()
          .map(piece -> first + piece * PIECE)
          .forEach(row -> subtractFinished(end, row, Math.min(end, row + PIECE)));
      for (int row = end - 1; row >= first; row--) {
        subtract(row + 1, end, row);
        scale(row);
      }
    }
  }

  /** Subtracts from some rows what the finished ones, those behind a block, contribute. */
  private void subtractFinished(int finished, int first, int end) {
    int k = finished;
    for (; k + AT_ONCE <= rows.length; k += AT_ONCE) {
      for (int row = first; row < end; row++) {
        subtractFour(
            k,
            rows[k][row],
            rows[k + 1][row],
            rows[k + 2][row],
            rows[k + 3][row],
            rows[row],
            row + 1);
      }
    }
    for (int row = first; row < end; row++) {
      subtract(k, rows.length, row);
    }
  }

  private void subtract(int from, int end, int row) {
    for (int k = from; k < end; k++) {
      subtractOne(k, rows[k][row], rows[row], row + 1);
    }
  }

  private void scale(int row) {
    if (!(rows[row][row] > 0)) {
      throw new IllegalArgumentException("The matrix is not positive definite.");
    }
    double scale = 1 / Math.sqrt(rows[row][row]);
    for (int i = 0; i <= row; i++) {
      rows[row][i] *= scale;
    }
  }

  /**
   * Solves an equation for several right sides.
   *
   * @param sides overwritten by the solutions
   */
  void solve(double[]... sides) {
    int end = rows.length;
    for (; end >= AT_ONCE; end -= AT_ONCE) {
      for (double[] side : sides) {
        findFour(end - AT_ONCE, side);
      }
    }
    for (double[] side : sides) {
      for (int k = end - 1; k >= 0; k--) {
        side[k] /= rows[k][k];
        subtractOne(k, side[k], side, k);
      }
    }
    for (int k = 0; k < rows.length; k++) {
      for (double[] side : sides) {
        side[k] = (side[k] - Vectors.dot(rows[k], side, 0, k)) / rows[k][k];
      }
    }
  }

  /** Finds four numbers of a side, each from those behind, and takes them off all before them. */
  private void findFour(int first, double[] side) {
    for (int k = first + AT_ONCE - 1; k >= first; k--) {
      for (int behind = k + 1; behind < first + AT_ONCE; behind++) {
        side[k] -= rows[behind][k] * side[behind];
      }
      side[k] /= rows[k][k];
    }
    subtractFour(
        first, side[first], side[first + 1], side[first + 2], side[first + 3], side, first);
  }

  private void subtractFour(
      int k, double ofA, double ofB, double ofC, double ofD, double[] target, int end) {
    double[] a = rows[k];
    double[] b = rows[k + 1];
    double[] c = rows[k + 2];
    double[] d = rows[k + 3];
    for (int i = 0; i < end; i++) {
      target[i] -= ofA * a[i] + ofB * b[i] + ofC * c[i] + ofD * d[i];
    }
  }

  private void subtractOne(int k, double factor, double[] target, int end) {
    double[] row = rows[k];
    for (int i = 0; i < end; i++) {
      target[i] -= factor * row[i];
    }
  }
}
