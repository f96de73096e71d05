package org.finetune4j.backbone;

import java.util.Locale;

/**
 * How far a backbone's activations are from what they should be, see {@link
 * PretrainedBackbone#verify}.
 *
 * @param basis what they were compared with
 * @param layers how many layers were compared
 * @param largestDeviation the largest difference found, relative to the size of the layer's
 *     activation
 * @param layer where it was found
 */
public record Verification(Basis basis, int layers, double largestDeviation, String layer) {
  /**
   * What separates rounding from a mistake: float32 stays below a tenth of it, while a wrong
   * epsilon, padding, order of channels or order of weights moves activations by 6e-3 or more.
   */
  public static final double TOLERANCE = 5e-4;

  /** What activations are compared with. */
  public enum Basis {
    /** Activations that another implementation computed from the same weights. */
    REFERENCE,
    /**
     * Activations that the other engine of this library, the one for training, computes from the
     * same network and weights: no reference is known for these weights, so nothing is said about
     * where they come from.
     */
    OTHER_ENGINE
  }

  /** Returns whether all layers are within {@link #TOLERANCE}. */
  public boolean passed() {
    return largestDeviation <= TOLERANCE;
  }

  /**
   * Returns for example {@code passed: 175 layers compared with the reference, largest relative
   * deviation 1.2e-06 at 'conv5_block3_out'}.
   */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %d layers compared with %s, largest relative deviation %.1e at '%s'",
        passed() ? "passed" : "FAILED",
        layers,
        basis == Basis.REFERENCE ? "the reference" : "the other engine",
        largestDeviation,
        layer);
  }
}
