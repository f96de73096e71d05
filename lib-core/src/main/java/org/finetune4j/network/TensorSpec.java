package org.finetune4j.network;

import java.util.List;

/**
 * One weight tensor that a layer needs.
 *
 * @param layer the layer's name
 * @param role the tensor's Keras role within the layer, for example {@code kernel}
 * @param shape convolution kernels [filters, channels, height, width]; depthwise kernels [channels
 *     x multiplier, 1, height, width]; dense kernels [inputs, units]; everything else [size]
 * @param trainable false for the statistics of a normalisation
 */
public record TensorSpec(String layer, String role, List<Integer> shape, boolean trainable) {
  /** Copies the shape. */
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Returns the name under which weights hold this tensor: {@code layer/role}. */
  public String name() {
    return layer + "/" + role;
  }

  /** Returns the number of values. */
  public long elements() {
    return shape.stream().mapToLong(d -> d).reduce(1, Math::multiplyExact);
  }
}
