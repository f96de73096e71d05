package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A symmetric, positive definite matrix as the product of a triangle and its transpose (Golub and
 * Van Loan, Matrix Computations, 4th edition, section 4.2), to solve equations with. Immutable and
 * thread-safe; the same bits on any number of threads.
 */
final class Cholesky {
  /** Rows that are worked on together, so that what they need is read once; four times any. */
  private static final int BLOCK = 32;

  private static final int PIECE = 8;

  /** Numbers that are found before what they change is changed. */
  private static final int AT_ONCE = 4;

  /** Row k of the upper triangle, from column k on. */
  private final double[][] upper;

  /** Row k of the lower one, up to column k. */
  private final double[][] lower;

  /**
   * Factors a matrix.
   *
   * @param matrix overwritten
   */
  Cholesky(double[][] matrix) {
    this.upper = matrix;
    for (int first = 0; first < matrix.length; first += BLOCK) {
      int from = first;
      int end = Math.min(matrix.length, first + BLOCK);
      IntStream.range(0, (end - from + PIECE - 1) / PIECE)
          .parallel()
          .map(piece -> from + piece * PIECE)
          .forEach(row -> subtract(from, row, Math.min(end, row + PIECE)));
      for (int row = first; row < end; row++) {
        for (int k = first; k < row; k++) {
          subtract(upper[k], upper[k][row], upper[row], row, upper.length);
        }
        scale(upper[row], row);
      }
    }
    this.lower = new double[matrix.length][];
    Arrays.parallelSetAll(lower, this::column);
  }

  /** Subtracts from some rows what the finished ones, those before a block, contribute. */
  private void subtract(int finished, int first, int end) {
    for (int k = 0; k < finished; k += AT_ONCE) {
      for (int row = first; row < end; row++) {
        subtractFour(
            upper,
            k,
            upper[k][row],
            upper[k + 1][row],
            upper[k + 2][row],
            upper[k + 3][row],
            upper[row],
            row,
            upper.length);
      }
    }
  }

  private static void scale(double[] row, int from) {
    if (!(row[from] > 0)) {
      throw new IllegalArgumentException("The matrix is not positive definite.");
    }
    double scale = 1 / Math.sqrt(row[from]);
    for (int i = from; i < row.length; i++) {
      row[i] *= scale;
    }
  }

  private double[] column(int k) {
    double[] column = new double[k + 1];
    for (int i = 0; i <= k; i++) {
      column[i] = upper[i][k];
    }
    return column;
  }

  /**
   * Solves an equation for several right sides.
   *
   * @param sides overwritten by the solutions
   */
  void solve(double[]... sides) {
    int size = upper.length;
    int whole = size - size % AT_ONCE;
    for (int k = 0; k < whole; k += AT_ONCE) {
      for (double[] side : sides) {
        down(k, side);
      }
    }
    for (double[] side : sides) {
      for (int k = whole; k < size; k++) {
        side[k] /= upper[k][k];
        subtract(upper[k], side[k], side, k + 1, size);
      }
      for (int k = size - 1; k >= whole; k--) {
        side[k] /= upper[k][k];
        subtract(lower[k], side[k], side, 0, k);
      }
    }
    for (int k = whole - AT_ONCE; k >= 0; k -= AT_ONCE) {
      for (double[] side : sides) {
        up(k, side);
      }
    }
  }

  /** Finds four numbers, each from those before, and takes them off all behind them. */
  private void down(int k, double[] side) {
    for (int row = k; row < k + AT_ONCE; row++) {
      for (int before = k; before < row; before++) {
        side[row] -= upper[before][row] * side[before];
      }
      side[row] /= upper[row][row];
    }
    subtractFour(upper, k, side, k + AT_ONCE, side.length);
  }

  /** The same from the end. */
  private void up(int k, double[] side) {
    for (int row = k + AT_ONCE - 1; row >= k; row--) {
      for (int behind = row + 1; behind < k + AT_ONCE; behind++) {
        side[row] -= lower[behind][row] * side[behind];
      }
      side[row] /= upper[row][row];
    }
    subtractFour(lower, k, side, 0, k);
  }

  private static void subtractFour(double[][] rows, int k, double[] side, int from, int end) {
    subtractFour(rows, k, side[k], side[k + 1], side[k + 2], side[k + 3], side, from, end);
  }

  private static void subtractFour(
      double[][] rows,
      int k,
      double ofA,
      double ofB,
      double ofC,
      double ofD,
      double[] target,
      int from,
      int end) {
    double[] a = rows[k];
    double[] b = rows[k + 1];
    double[] c = rows[k + 2];
    double[] d = rows[k + 3];
    for (int i = from; i < end; i++) {
      target[i] -= ofA * a[i] + ofB * b[i] + ofC * c[i] + ofD * d[i];
    }
  }

  private static void subtract(double[] row, double factor, double[] target, int from, int end) {
    for (int i = from; i < end; i++) {
      target[i] -= factor * row[i];
    }
  }
}
