package org.finetune4j.augment;

/**
 * Quantiles of the normal distribution at the middles of equal shares of probability: a table
 * lookup per value where a logarithm and a cosine would cost more than all other work on a pixel.
 */
final class NormalTable {
  private static final int SIZE = 4096;
  private static final int STEPS_PER_ENTRY = 32;
  private static final float[] VALUES = quantiles();

  private NormalTable() {}

  /** Returns a value of mean 0 and variance 1, chosen by the lowest twelve bits. */
  static float value(int bits) {
    return VALUES[bits & (SIZE - 1)];
  }

  /** Follows dz/dp = sqrt(2 pi) exp(z*z/2) outwards from z(1/2) = 0 (Runge and Kutta). */
  private static float[] quantiles() {
    double[] upper = new double[SIZE / 2];
    double step = 1.0 / SIZE / STEPS_PER_ENTRY;
    double z = 0;
    double squares = 0;
    for (int i = 0; i < upper.length; i++) {
      int steps = i == 0 ? STEPS_PER_ENTRY / 2 : STEPS_PER_ENTRY;
      for (int k = 0; k < steps; k++) {
        z = advanced(z, step);
      }
      upper[i] = z;
      squares += 2 * z * z;
    }
    // The cut tails would take 0.1 percent off the variance.
    double unit = Math.sqrt(SIZE / squares);
    float[] values = new float[SIZE];
    for (int i = 0; i < upper.length; i++) {
      values[SIZE / 2 + i] = (float) (upper[i] * unit);
      values[SIZE / 2 - 1 - i] = -values[SIZE / 2 + i];
    }
    return values;
  }

  private static double advanced(double z, double step) {
    double k1 = slope(z);
    double k2 = slope(z + step / 2 * k1);
    double k3 = slope(z + step / 2 * k2);
    double k4 = slope(z + step * k3);
    return z + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
  }

  private static double slope(double z) {
    return Math.sqrt(2 * Math.PI) * StrictMath.exp(z * z / 2);
  }
}
