package org.finetune4j.backbone;

import java.util.Map;
import org.finetune4j.backbone.WeightFitting.Fitted;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.testing.RandomWeights;

/** A backbone with random weights, where only the time counts and no download is wanted. */
public final class RandomBackbone {
  private RandomBackbone() {}

  /** Returns a new backbone without a classifier. */
  public static PretrainedBackbone of(Architecture architecture, int side) {
    return of(architecture, side, false);
  }

  /** Returns a new backbone. */
  public static PretrainedBackbone of(Architecture architecture, int side, boolean includeTop) {
    return of(architecture, side, includeTop, architecture.preprocessing());
  }

  /** Returns a new backbone without a classifier, so many times as wide as published. */
  public static PretrainedBackbone of(Architecture architecture, int side, double alpha) {
    return of(architecture, side, alpha, false, architecture.preprocessing());
  }

  /** Returns it with pictures prepared in a way of their own. */
  public static PretrainedBackbone of(
      Architecture architecture, int side, boolean includeTop, Preprocessing preprocessing) {
    return of(architecture, side, 1, includeTop, preprocessing);
  }

  private static PretrainedBackbone of(
      Architecture architecture,
      int side,
      double alpha,
      boolean includeTop,
      Preprocessing preprocessing) {
    ImageSize size = new ImageSize(side, side);
    Network network = architecture.network(size, alpha, includeTop);
    return new PretrainedBackbone(
        architecture.name(),
        new LayerDirectory(architecture.name(), network, Map.of()),
        architecture.network(size, alpha, false).output(),
        new Fitted(
            network,
            RandomWeights.of(network, 1),
            other -> architecture.network(other, alpha, includeTop),
            preprocessing),
        preprocessing,
        RuntimeOptions.standard());
  }
}
