package org.finetune4j.train.input;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * The weights that training starts from, as Keras chooses them: kernels uniform in +-sqrt(6 / (fan
 * in + fan out)) (Glorot and Bengio, 2010), gammas and variances 1, all else 0.
 */
public final class InitialWeights {
  private InitialWeights() {}

  /** Returns a value for every tensor of the network; the same for the same seed. */
  public static Weights of(Network network, long seed) {
    Weights.Builder weights = Weights.builder();
    for (TensorSpec spec : network.tensors()) {
      weights.put(spec.name(), Tensor.of(values(spec, seed), spec.shape()));
    }
    return weights.build();
  }

  private static float[] values(TensorSpec spec, long seed) {
    float[] values = new float[Math.toIntExact(spec.elements())];
    switch (spec.role()) {
      case "gamma", "moving_variance", "variance" -> Arrays.fill(values, 1);
      case "kernel", "depthwise_kernel", "pointwise_kernel" -> {
        double limit = Math.sqrt(6.0 / fans(spec.shape()));
        CounterRandom random = CounterRandom.of(seed, nameHash(spec.name()));
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble(-limit, limit);
        }
      }
      default -> {}
    }
    return values;
  }

  /** Fan in plus fan out: with a convolution, both count every position of the window. */
  private static long fans(List<Integer> shape) {
    long window = shape.size() == 4 ? (long) shape.get(2) * shape.get(3) : 1;
    return window * ((long) shape.get(0) + shape.get(1));
  }

  private static long nameHash(String name) {
    return Hashing.sha256().hashString(name, StandardCharsets.UTF_8).asLong();
  }
}
