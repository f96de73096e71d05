package org.finetune4j.testing;

import java.util.Random;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** Weights for tests: small random numbers, variances positive. */
public final class RandomWeights {
  private RandomWeights() {}

  /** Returns a value for every tensor that the network needs; the same for the same seed. */
  public static Weights of(Network network, long seed) {
    Random random = new Random(seed);
    Weights.Builder weights = Weights.builder();
    for (TensorSpec spec : network.tensors()) {
      float[] values = new float[(int) spec.elements()];
      double fanIn = Math.max(1, spec.elements() / (double) spec.shape().get(0));
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (spec.role()) {
              case "moving_variance", "variance" -> 0.5f + random.nextFloat();
              case "gamma" -> 0.8f + 0.4f * random.nextFloat();
              case "kernel",
                  "depthwise_kernel",
                  "pointwise_kernel",
                  "qkv_kernel",
                  "projection_kernel" ->
                  (float) (random.nextGaussian() * Math.sqrt(2 / fanIn));
              default -> 0.2f * (float) random.nextGaussian();
            };
      }
      weights.put(spec.name(), Tensor.of(values, spec.shape()));
    }
    return weights.build();
  }
}
