package org.finetune4j.optimize;

/**
 * Whether training learns from mixtures of two samples instead of single ones. Every batch is mixed
 * with itself, shifted by one sample; one share is drawn for the whole batch, and the targets are
 * mixed by the same share (the formulas of torchvision's {@code v2.MixUp} and {@code v2.CutMix}).
 */
public sealed interface Mixing {
  /** Samples stay as they are. */
  record None() implements Mixing {}

  /**
   * The weighted mean of two samples (Zhang et al. 2018). On pictures it mixes pixels; on features,
   * features (Verma et al. 2019, "Manifold Mixup").
   *
   * @param alpha both parameters of the beta distribution that the share comes from
   */
  record MixUp(double alpha) implements Mixing {
    /**
     * Checks alpha.
     *
     * @throws IllegalArgumentException if it is not above 0
     */
    public MixUp {
      Optimizer.requirePositive("Alpha of MixUp", alpha);
    }
  }

  /**
   * A box of one picture pasted into another (Yun et al. 2019); the box's area decides the share.
   *
   * @param alpha both parameters of the beta distribution that the share comes from
   */
  record CutMix(double alpha) implements Mixing {
    /**
     * Checks alpha.
     *
     * @throws IllegalArgumentException if it is not above 0
     */
    public CutMix {
      Optimizer.requirePositive("Alpha of CutMix", alpha);
    }
  }

  /** Returns no mixing. */
  static Mixing none() {
    return new None();
  }

  /** Returns the weighted mean of two samples; an alpha of 0.2 is usual. */
  static Mixing mixUp(double alpha) {
    return new MixUp(alpha);
  }

  /** Returns boxes of one picture pasted into another; an alpha of 1 is usual. */
  static Mixing cutMix(double alpha) {
    return new CutMix(alpha);
  }
}
