package org.finetune4j.engine.train.kernel;

/**
 * Sums in double precision, four side by side: a processor begins an addition long before the last
 * one is done, if it need not wait for its result.
 */
public final class Sums {
  private Sums() {}

  /** Returns the sum of all values. */
  public static double of(float[] values) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i < values.length - 3; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    for (; i < values.length; i++) {
      a += values[i];
    }
    return (a + b) + (c + d);
  }

  /** Returns the sum of the products of what stands at the same place. */
  public static double ofProducts(float[] x, float[] y) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i < x.length - 3; i += 4) {
      a += (double) x[i] * y[i];
      b += (double) x[i + 1] * y[i + 1];
      c += (double) x[i + 2] * y[i + 2];
      d += (double) x[i + 3] * y[i + 3];
    }
    for (; i < x.length; i++) {
      a += (double) x[i] * y[i];
    }
    return (a + b) + (c + d);
  }
}
