package org.finetune4j.engine.dl4j;

import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;

/** The values of one tensor of weights while it is trained, and their gradient. */
final class Parameter {
  final TensorSpec spec;
  final boolean trainable;
  final float[] values;
  final float[] gradient;

  Parameter(TensorSpec spec, Tensor tensor, boolean trainable) {
    this.spec = spec;
    this.trainable = trainable;
    this.values = new float[Math.toIntExact(spec.elements())];
    set(tensor);
    this.gradient = new float[trainable ? values.length : 0];
  }

  /** Returns whether penalties on the size of weights apply. */
  boolean isKernel() {
    return spec.role().endsWith("kernel");
  }

  /** Takes other values; arrays stay the same, as operations hold on to them. */
  void set(Tensor tensor) {
    if (!tensor.shape().equals(spec.shape())) {
      throw new IllegalArgumentException(
          "Weight tensor '%s' has the shape %s, but the network needs %s."
              .formatted(spec.name(), tensor.shape(), spec.shape()));
    }
    tensor.values().get(values);
  }

  Tensor tensor() {
    return Tensor.of(values, spec.shape());
  }
}
