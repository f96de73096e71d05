package org.finetune4j.backbone;

import org.finetune4j.engine.onnx.quantize.Levels;
import org.finetune4j.engine.onnx.quantize.ValueRange;

/** How the range that 256 levels cover follows from the activations that were seen. */
public enum CalibrationRule {
  /** From the smallest to the largest: nothing is clipped, and one outlier coarsens all levels. */
  MIN_MAX,

  /** What holds 99.99 % of the activations; the rest is clipped. */
  PERCENTILE,

  /** The range with the smallest mean squared error of rounding and clipping together. */
  LEAST_SQUARES;

  private static final double SHARE = 0.9999;

  /** Returns the levels for what was seen; for other packages of the library. */
  public Levels levels(ValueRange seen) {
    return switch (this) {
      case MIN_MAX -> seen.minMax();
      case PERCENTILE -> seen.percentile(SHARE);
      case LEAST_SQUARES -> seen.leastSquares();
    };
  }
}
