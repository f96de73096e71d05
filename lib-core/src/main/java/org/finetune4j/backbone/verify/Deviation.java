package org.finetune4j.backbone.verify;

/** How far what two computations make of the same picture lies apart. */
public final class Deviation {
  private Deviation() {}

  /**
   * Returns the largest difference, relative to the largest value that was expected; infinite where
   * the lengths differ or something is not a number.
   */
  public static double of(float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      return Double.POSITIVE_INFINITY;
    }
    double peak = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      peak = Math.max(peak, Math.abs(expected[i]));
      largest = Math.max(largest, Math.abs(actual[i] - (double) expected[i]));
    }
    if (largest == 0) {
      return 0;
    }
    // Math.max keeps what is not a number, which would pass every comparison.
    return Double.isFinite(largest) && Double.isFinite(peak)
        ? largest / peak
        : Double.POSITIVE_INFINITY;
  }
}
