package org.finetune4j.head.linear;

import java.util.stream.IntStream;
import org.finetune4j.feature.row.FourRows;

/**
 * Sums of arrays, written so that the just-in-time compiler makes them fast. What an optimizer does
 * with whole points runs in parallel, as a head of a hundred classes has hundreds of thousands of
 * numbers; pieces are the same on any number of threads.
 */
final class Vectors {
  /** Numbers that are worth a thread. */
  private static final int PIECE = 1 << 15;

  private Vectors() {}

  /** What is done with the numbers from one on to before another. */
  @FunctionalInterface
  private interface Work {
    void run(int from, int end);
  }

  private static void inPieces(int count, Work work) {
    if (count <= PIECE) {
      work.run(0, count);
      return;
    }
    IntStream.range(0, (count + PIECE - 1) / PIECE)
        .parallel()
        .forEach(piece -> work.run(piece * PIECE, Math.min(count, (piece + 1) * PIECE)));
  }

  static double dot(double[] a, double[] b) {
    double[] sums = new double[(a.length + PIECE - 1) / PIECE];
    inPieces(a.length, (from, end) -> sums[from / PIECE] = dot(a, b, from, end));
    return sum(sums);
  }

  /** Four sums side by side, as a single one would have to wait for itself. */
  static double dot(double[] a, double[] b, int from, int end) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = from;
    for (; i + 3 < end; i += 4) {
      first += a[i] * b[i];
      second += a[i + 1] * b[i + 1];
      third += a[i + 2] * b[i + 2];
      fourth += a[i + 3] * b[i + 3];
    }
    for (; i < end; i++) {
      first += a[i] * b[i];
    }
    return (first + second) + (third + fourth);
  }

  static double norm(double[] a) {
    return Math.sqrt(dot(a, a));
  }

  static double sum(double[] a) {
    double sum = 0;
    for (double value : a) {
      sum += value;
    }
    return sum;
  }

  /** Returns the largest absolute value. */
  static double largest(double[] a) {
    double largest = 0;
    for (double value : a) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  static double[] difference(double[] a, double[] b) {
    double[] difference = a.clone();
    add(difference, -1, b);
    return difference;
  }

  static void difference(double[] a, double[] b, float[] difference) {
    for (int i = 0; i < difference.length; i++) {
      difference[i] = (float) (a[i] - b[i]);
    }
  }

  static void sum(double[] values, double added, double[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = values[i] + added;
    }
  }

  /** Adds values times a factor to others. */
  static void add(double[] target, double factor, double[] values) {
    inPieces(
        target.length,
        (from, end) -> {
          for (int i = from; i < end; i++) {
            target[i] += factor * values[i];
          }
        });
  }

  static void scale(double[] target, double factor) {
    for (int i = 0; i < target.length; i++) {
      target[i] *= factor;
    }
  }

  /**
   * Adds some rows to a sum as long as they are, each times its factor: {@code factors[at + row]}.
   */
  static void addRows(double[][] rows, int count, double[] factors, int at, double[] sum) {
    int row = 0;
    for (; row + 3 < count; row += 4) {
      FourRows.add(
          rows[row],
          rows[row + 1],
          rows[row + 2],
          rows[row + 3],
          factors[at + row],
          factors[at + row + 1],
          factors[at + row + 2],
          factors[at + row + 3],
          sum);
    }
    for (; row < count; row++) {
      add(sum, factors[at + row], rows[row]);
    }
  }
}
