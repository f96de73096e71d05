package org.finetune4j.feature;

import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * The few rows among which the nearest ones are, found in single precision by all processors.
 * Whoever computes those few in double precision has the same result as from all rows.
 */
final class Candidates {
  /** Rows below which starting threads costs more than they bring. */
  private static final int FEW = 2_000;

  /** Sums that do not wait for each other. */
  private static final int LANES = 8;

  private Candidates() {}

  /**
   * Returns rows, in order, that include the {@code k} with the largest products.
   *
   * @param query of length 1
   * @param rows of length 1 each
   */
  static int[] of(float[] query, float[][] rows, int k) {
    float[] products = new float[rows.length];
    IntStream all = IntStream.range(0, rows.length);
    (rows.length < FEW ? all : all.parallel()).forEach(i -> products[i] = product(query, rows[i]));
    double least = largest(products, k) - 2 * error(query.length);
    return IntStream.range(0, rows.length).filter(i -> products[i] >= least).toArray();
  }

  /** Of a sum of so many products of two rows of length 1, in any order. */
  private static double error(int terms) {
    return (terms + 2) * Math.ulp(1f);
  }

  /** Returns the {@code k}-th largest, or the smallest of fewer. */
  private static float largest(float[] values, int k) {
    PriorityQueue<Float> kept = new PriorityQueue<>();
    float least = Float.NEGATIVE_INFINITY;
    for (float value : values) {
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

  private static float product(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int i = 0;
    for (; i <= a.length - LANES; i += LANES) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
      s4 += a[i + 4] * b[i + 4];
      s5 += a[i + 5] * b[i + 5];
      s6 += a[i + 6] * b[i + 6];
      s7 += a[i + 7] * b[i + 7];
    }
    float sum = (s0 + s1) + (s2 + s3) + ((s4 + s5) + (s6 + s7));
    for (; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
