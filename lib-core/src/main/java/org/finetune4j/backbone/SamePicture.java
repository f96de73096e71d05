package org.finetune4j.backbone;

import java.util.List;
import org.finetune4j.backbone.verify.VerificationPicture;

/** What a backbone makes of a picture, beside what another one makes of it. */
final class SamePicture {
  private SamePicture() {}

  /**
   * Returns the features of the picture. So what ONNX Runtime refuses is known before anybody
   * relies on it.
   *
   * @throws IllegalStateException if the backbone cannot run
   */
  static float[] features(PretrainedBackbone backbone) {
    return backbone
        .activations(
            List.of(backbone.featureLayer()), 1, VerificationPicture.pixels(backbone.inputSize()))[
        0];
  }

  /** Returns the largest difference of features, relative to the largest that was expected. */
  static double difference(float[] actual, float[] expected) {
    double largest = Float.MIN_NORMAL;
    double worst = actual.length == expected.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(actual.length, expected.length); i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    return worst / largest;
  }
}
