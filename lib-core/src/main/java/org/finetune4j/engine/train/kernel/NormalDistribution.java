package org.finetune4j.engine.train.kernel;

/**
 * Density and distribution function of the standard normal distribution, good to 1e-9 and the same
 * bits on every machine. Between the points of a table it follows their Taylor series.
 */
final class NormalDistribution {
  /** Beyond it the distribution function is 0 or 1 for a float: 1e-15 are missing. */
  private static final int END = 8;

  private static final int PER_UNIT = 64;
  private static final double ROOT = 1 / Math.sqrt(2 * Math.PI);
  private static final double[] DENSITY = new double[2 * END * PER_UNIT + 1];
  private static final double[] BELOW = new double[DENSITY.length];

  static {
    int middle = END * PER_UNIT;
    for (int i = 0; i < DENSITY.length; i++) {
      DENSITY[i] = exactDensity((double) (i - middle) / PER_UNIT);
    }
    BELOW[middle] = 0.5;
    for (int i = middle + 1; i < DENSITY.length; i++) {
      BELOW[i] = BELOW[i - 1] + integral((double) (i - 1 - middle) / PER_UNIT, DENSITY[i - 1], i);
      BELOW[2 * middle - i] = 1 - BELOW[i];
    }
  }

  private NormalDistribution() {}

  private static double exactDensity(double x) {
    return ROOT * StrictMath.exp(-x * x / 2);
  }

  /** Boole's rule over one step; its error is of the order of 1e-16. */
  private static double integral(double from, double first, int last) {
    double h = 1.0 / PER_UNIT / 4;
    double inner =
        32 * exactDensity(from + h)
            + 12 * exactDensity(from + 2 * h)
            + 32 * exactDensity(from + 3 * h);
    return 2 * h / 45 * (7 * first + inner + 7 * DENSITY[last]);
  }

  /** Returns the share of the distribution below x. */
  static double below(double x) {
    if (!(Math.abs(x) < END)) {
      return x > 0 ? 1 : x < 0 ? 0 : x; // not a number stays so
    }
    int at = nearest(x);
    double p = point(at);
    double d = x - p;
    return BELOW[at] + DENSITY[at] * d * (1 - d * (p / 2 - (p * p - 1) * d / 6));
  }

  /** Returns the density at x. */
  static double density(double x) {
    if (!(Math.abs(x) < END)) {
      return 0;
    }
    int at = nearest(x);
    double p = point(at);
    double d = x - p;
    return DENSITY[at] * (1 - d * (p - d * ((p * p - 1) / 2 - (p * p - 3) * p * d / 6)));
  }

  private static int nearest(double x) {
    return (int) ((x + END) * PER_UNIT + 0.5);
  }

  private static double point(int at) {
    return (double) at / PER_UNIT - END;
  }
}
