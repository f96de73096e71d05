package org.finetune4j.engine.train.kernel;

/**
 * The exact GELU, x times the share of the standard normal distribution below x, and its slope:
 * Taylor polynomials around the points of a table, which add less than 2e-8 to a float's own
 * rounding, and are the same bits on every machine.
 */
final class Gelu {
  /** Beyond it the function is x or 0 for a float. */
  private static final int END = 8;

  private static final int PER_UNIT = 32;
  private static final int TERMS = 5;
  private static final double ROOT = 1 / Math.sqrt(2 * Math.PI);

  /** The function and its first four derivatives at each point, each divided by its faculty. */
  private static final float[] TABLE = table();

  private Gelu() {}

  private static float[] table() {
    int middle = END * PER_UNIT;
    float[] table = new float[(2 * middle + 1) * TERMS];
    double below = 0.5;
    for (int i = 0; i <= middle; i++) {
      double x = (double) i / PER_UNIT;
      put(table, middle + i, x, below);
      put(table, middle - i, -x, 1 - below);
      below += integral(x);
    }
    return table;
  }

  private static double density(double x) {
    return ROOT * StrictMath.exp(-x * x / 2);
  }

  /** Boole's rule over eight pieces of a step; its error is below 1e-15. */
  private static double integral(double from) {
    int pieces = 8;
    double h = 1.0 / PER_UNIT / pieces / 4;
    double sum = 0;
    for (int i = 0; i < pieces; i++) {
      double x = from + 4 * i * h;
      sum +=
          7 * density(x)
              + 32 * density(x + h)
              + 12 * density(x + 2 * h)
              + 32 * density(x + 3 * h)
              + 7 * density(x + 4 * h);
    }
    return 2 * h / 45 * sum;
  }

  private static void put(float[] table, int point, double x, double below) {
    double d = density(x);
    double[] derivatives = {
      x * below,
      below + x * d,
      d * (2 - x * x),
      d * (x * x * x - 4 * x),
      d * (-x * x * x * x + 7 * x * x - 4)
    };
    double faculty = 1;
    for (int i = 0; i < TERMS; i++) {
      faculty *= Math.max(1, i);
      table[point * TERMS + i] = (float) (derivatives[i] / faculty);
    }
  }

  /** Returns the function's value. */
  static float value(float x) {
    if (!(Math.abs(x) < END)) {
      return x > 0 ? x : x < 0 ? 0 : x; // not a number stays so
    }
    int point = (int) ((x + END) * PER_UNIT + 0.5f);
    float d = x - ((float) point / PER_UNIT - END);
    int at = point * TERMS;
    return TABLE[at] + d * (TABLE[at + 1] + d * (TABLE[at + 2] + d * TABLE[at + 3]));
  }

  /** Returns the function's slope. */
  static float slope(float x) {
    if (!(Math.abs(x) < END)) {
      return x > 0 ? 1 : x < 0 ? 0 : x;
    }
    int point = (int) ((x + END) * PER_UNIT + 0.5f);
    float d = x - ((float) point / PER_UNIT - END);
    int at = point * TERMS;
    return TABLE[at + 1]
        + d * (2 * TABLE[at + 2] + d * (3 * TABLE[at + 3] + d * (4 * TABLE[at + 4])));
  }
}
