package org.finetune4j.engine.train.kernel;

/**
 * Sums in double precision, four side by side: a processor begins an addition long before the last
 * one is done, if it need not wait for its result.
 */
public final class Sums {
  private Sums() {}

  /** Returns the sum of all values. */
  public static double of(float[] values) {
    return of(values, 0, values.length);
  }

  /** Returns the sum of the values from start to before end. */
  public static double of(float[] values, int start, int end) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = start;
    for (; i < end - 3; i += 4) {
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
    }
    for (; i < end; i++) {
      a += values[i];
    }
    return (a + b) + (c + d);
  }

  /** Returns the sum of the products of what stands at the same place. */
  public static double ofProducts(float[] x, float[] y) {
    return ofProducts(x, y, 0, 0, x.length);
  }

  /**
   * Returns the sum of the products of what stands at the same place, from start to before end.
   *
   * @param centre what is subtracted from each value of y
   */
  public static double ofProducts(float[] x, float[] y, float centre, int start, int end) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = start;
    for (; i < end - 3; i += 4) {
      a += (double) x[i] * (y[i] - centre);
      b += (double) x[i + 1] * (y[i + 1] - centre);
      c += (double) x[i + 2] * (y[i + 2] - centre);
      d += (double) x[i + 3] * (y[i + 3] - centre);
    }
    for (; i < end; i++) {
      a += (double) x[i] * (y[i] - centre);
    }
    return (a + b) + (c + d);
  }

  /** Returns the sum of the squared distances from a centre, from start to before end. */
  public static double ofSquares(float[] x, float centre, int start, int end) {
    double a = 0;
    double b = 0;
    int i = start;
    for (; i < end - 1; i += 2) {
      double first = (double) x[i] - centre;
      double second = (double) x[i + 1] - centre;
      a += first * first;
      b += second * second;
    }
    for (; i < end; i++) {
      double distance = (double) x[i] - centre;
      a += distance * distance;
    }
    return a + b;
  }
}
