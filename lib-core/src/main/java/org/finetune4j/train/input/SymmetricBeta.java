package org.finetune4j.train.input;

import org.finetune4j.random.CounterRandom;

/** Random shares: the beta distribution whose two parameters are the same. */
final class SymmetricBeta {
  private SymmetricBeta() {}

  /** Returns a number from 0 to 1 that is distributed as Beta(alpha, alpha). */
  static double next(double alpha, CounterRandom random) {
    double first = logGamma(alpha, random);
    return 1 / (1 + StrictMath.exp(logGamma(alpha, random) - first));
  }

  /**
   * Returns the logarithm of a number that is distributed as Gamma(shape, 1) (Marsaglia and Tsang
   * 2000). The logarithm, since for a small shape the number itself is often too small for a
   * double.
   */
  private static double logGamma(double shape, CounterRandom random) {
    if (shape < 1) {
      return logGamma(shape + 1, random) + StrictMath.log(1 - random.nextDouble()) / shape;
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = 1 + c * x;
      if (v > 0) {
        double logCube = 3 * StrictMath.log(v);
        double u = 1 - random.nextDouble();
        if (StrictMath.log(u) < 0.5 * x * x + d - d * v * v * v + d * logCube) {
          return StrictMath.log(d) + logCube;
        }
      }
    }
  }
}
