package org.finetune4j.backbone;

import java.util.Objects;
import org.finetune4j.data.ImageDataset;

/** In which numbers a frozen backbone computes. Immutable. */
public sealed interface Precision {
  /** The fewest pictures that say enough about the ranges of activations. */
  int FEWEST_PICTURES = 16;

  /** Returns 32-bit floating point, the default. */
  static Precision float32() {
    return new Float32();
  }

  /**
   * Returns eight bits: 1.3 to 3.8 times as fast where the processor has instructions for it.
   * Features differ a little from those in float32, so heads are trained on them anew, and they
   * have a fingerprint of their own.
   *
   * @param calibration pictures like those that will be seen, at least 16, labels do not matter; up
   *     to 64 of them are used, evenly spread. They must not be test pictures.
   * @throws IllegalArgumentException if there are fewer
   */
  static Precision int8(ImageDataset calibration) {
    return int8(calibration, CalibrationRule.LEAST_SQUARES, Processor.needsReducedRange());
  }

  /**
   * Returns eight bits, with all choices.
   *
   * @param rule how ranges follow from activations
   * @param reducedRange whether kernels use 127 levels instead of 255, for x86-64 processors
   *     without VNNI
   * @throws IllegalArgumentException if there are fewer than 16 pictures
   */
  static Precision int8(ImageDataset calibration, CalibrationRule rule, boolean reducedRange) {
    Objects.requireNonNull(rule, "rule");
    if (calibration.size() < FEWEST_PICTURES) {
      throw new IllegalArgumentException(
          "Eight bits need at least "
              + FEWEST_PICTURES
              + " pictures to calibrate, not "
              + calibration.size()
              + ".");
    }
    return new Int8(calibration, rule, reducedRange);
  }

  /** 32-bit floating point. */
  record Float32() implements Precision {
    @Override
    public String toString() {
      return "float32";
    }
  }

  /** Eight bits. */
  record Int8(ImageDataset calibration, CalibrationRule rule, boolean reducedRange)
      implements Precision {
    @Override
    public String toString() {
      return "int8 (" + rule + (reducedRange ? ", reduced range)" : ")");
    }
  }
}
