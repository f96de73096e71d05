package org.finetune4j.testing;

import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** Weights for tests: small random numbers, variances positive. */
public final class RandomWeights {
  /** Whole architectures have up to 140 million: drawn evenly, they cost a tenth. */
  private static final long MANY = 1_000_000;

  private RandomWeights() {}

  /** Returns a value for every tensor that the network needs; the same for the same seed. */
  public static Weights of(Network network, long seed) {
    Random random = new Random(seed);
    DoubleSupplier even = random::nextFloat;
    DoubleSupplier normal = random::nextGaussian;
    if (network.tensors().stream().mapToLong(TensorSpec::elements).sum() > MANY) {
      SplittableRandom fast = new SplittableRandom(seed);
      double width = Math.sqrt(12);
      even = fast::nextDouble;
      normal = () -> width * (fast.nextDouble() - 0.5);
    }
    Weights.Builder weights = Weights.builder();
    for (TensorSpec spec : network.tensors()) {
      weights.put(spec.name(), Tensor.of(values(spec, even, normal), spec.shape()));
    }
    return weights.build();
  }

  /** Numbers from 0 to 1, and numbers of mean 0 and variance 1, to those of a tensor. */
  private static float[] values(TensorSpec spec, DoubleSupplier even, DoubleSupplier normal) {
    double fanIn = Math.max(1, spec.elements() / (double) spec.shape().get(0));
    double deviation = Math.sqrt(2 / fanIn);
    DoubleSupplier value =
        switch (spec.role()) {
          case "moving_variance", "variance" -> () -> 0.5f + (float) even.getAsDouble();
          case "gamma" -> () -> 0.8f + 0.4f * (float) even.getAsDouble();
          case "kernel",
              "depthwise_kernel",
              "pointwise_kernel",
              "qkv_kernel",
              "projection_kernel" ->
              () -> normal.getAsDouble() * deviation;
          default -> () -> 0.2f * (float) normal.getAsDouble();
        };
    float[] values = new float[(int) spec.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.getAsDouble();
    }
    return values;
  }
}
