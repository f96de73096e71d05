package org.finetune4j.uncertainty;

import java.util.Arrays;
import java.util.Locale;

/**
 * The quantile of split conformal prediction: of n scores the ceil((n + 1) * coverage)-th smallest
 * (Vovk, Gammerman, Shafer 2005, <i>Algorithmic Learning in a Random World</i>). A further score
 * from the same source is not above it with at least this probability.
 */
final class FiniteSample {
  /** What 0.9 * 10 may be above 9 by rounding. */
  static final double ROUNDING = 1e-9;

  private FiniteSample() {}

  static double quantile(double[] scores, double coverage) {
    requireEnough(scores.length, coverage);
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted[rank(scores.length, coverage) - 1];
  }

  static void requireEnough(int samples, double coverage) {
    requireCoverage(coverage);
    if (rank(samples, coverage) > samples) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A coverage of %s needs at least %d samples to calibrate on, but there are %d. Bring"
                  + " more, or ask for a lower coverage.",
              coverage,
              (int) Math.ceil(coverage / (1 - coverage) - ROUNDING),
              samples));
    }
  }

  static int rank(int samples, double coverage) {
    return (int) Math.max(1, Math.ceil((samples + 1.0) * coverage - ROUNDING));
  }

  static void requireCoverage(double coverage) {
    if (!(coverage > 0 && coverage < 1)) {
      throw new IllegalArgumentException(
          "A coverage is above 0 and below 1, for example 0.9, not " + coverage + ".");
    }
  }
}
