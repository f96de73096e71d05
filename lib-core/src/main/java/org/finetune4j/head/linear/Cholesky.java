package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A symmetric, positive definite matrix as the product of a triangle and its transpose (Golub and
 * Van Loan, Matrix Computations, 4th edition, section 4.2), to solve equations with. Immutable and
 * thread-safe; the same bits on any number of threads.
 */
final class Cholesky {
  /** Rows that are worked on together, so that what they need is read from memory once. */
  private static final int BLOCK = 32;

  private static final int PIECE = 8;

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
          subtract(upper[k], upper[k][row], upper[row], row);
        }
        scale(upper[row], row);
      }
    }
    this.lower = new double[matrix.length][];
    Arrays.parallelSetAll(lower, this::column);
  }

  /** Subtracts from some rows what the finished ones, those before a block, contribute. */
  private void subtract(int finished, int first, int end) {
    for (int k = 0; k < finished; k++) {
      for (int row = first; row < end; row++) {
        subtract(upper[k], upper[k][row], upper[row], row);
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
    for (int k = 0; k < size; k++) {
      for (double[] side : sides) {
        side[k] /= upper[k][k];
        subtract(upper[k], side[k], side, k + 1);
      }
    }
    for (int k = size - 1; k >= 0; k--) {
      for (double[] side : sides) {
        side[k] /= upper[k][k];
        subtractBefore(lower[k], side[k], side, k);
      }
    }
  }

  private static void subtract(double[] row, double factor, double[] target, int from) {
    for (int i = from; i < target.length; i++) {
      target[i] -= factor * row[i];
    }
  }

  private static void subtractBefore(double[] row, double factor, double[] target, int end) {
    for (int i = 0; i < end; i++) {
      target[i] -= factor * row[i];
    }
  }
}
