package org.finetune4j.testing;

import java.util.SplittableRandom;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * Weights for tests: small random numbers, variances positive. Evenly distributed, which is as good
 * as a bell here and costs a tenth: whole architectures have up to 140 million of them.
 */
public final class RandomWeights {
  private RandomWeights() {}

  /** Returns a value for every tensor that the network needs; the same for the same seed. */
  public static Weights of(Network network, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Weights.Builder weights = Weights.builder();
    for (TensorSpec spec : network.tensors()) {
      weights.put(spec.name(), Tensor.of(values(spec, random), spec.shape()));
    }
    return weights.build();
  }

  private static float[] values(TensorSpec spec, SplittableRandom random) {
    double fanIn = Math.max(1, spec.elements() / (double) spec.shape().get(0));
    return switch (spec.role()) {
      case "moving_variance", "variance" -> around(1, 0.5, spec, random);
      case "gamma" -> around(1, 0.2, spec, random);
      // He's standard deviation; an even distribution of half width w has w / sqrt(3).
      case "kernel", "depthwise_kernel", "pointwise_kernel", "qkv_kernel", "projection_kernel" ->
          around(0, Math.sqrt(6 / fanIn), spec, random);
      default -> around(0, 0.2 * Math.sqrt(3), spec, random);
    };
  }

  private static float[] around(
      double mean, double halfWidth, TensorSpec spec, SplittableRandom random) {
    float[] values = new float[(int) spec.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + halfWidth * (2 * random.nextDouble() - 1));
    }
    return values;
  }
}
