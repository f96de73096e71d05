package org.finetune4j.backbone;

import java.util.List;
import org.finetune4j.backbone.verify.VerificationPicture;

/** Whether two backbones make the same of a picture. */
final class SamePicture {
  private SamePicture() {}

  /** Returns the largest difference of their features, relative to the largest feature. */
  static double difference(PretrainedBackbone one, PretrainedBackbone other) {
    float[] first = features(one);
    float[] second = features(other);
    double largest = 0;
    double worst = first.length == second.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(first.length, second.length); i++) {
      largest = Math.max(largest, Math.abs(second[i]));
      worst = Math.max(worst, Math.abs(first[i] - second[i]));
    }
    return Double.isFinite(largest) ? worst / Math.max(largest, Float.MIN_NORMAL) : 0;
  }

  /**
   * Runs a backbone once, so that what ONNX Runtime refuses is known before anybody relies on it.
   *
   * @throws IllegalStateException if it cannot run
   */
  static void tryOut(PretrainedBackbone backbone) {
    features(backbone);
  }

  private static float[] features(PretrainedBackbone backbone) {
    return backbone
        .activations(
            List.of(backbone.featureLayer()), 1, VerificationPicture.pixels(backbone.inputSize()))[
        0];
  }
}
