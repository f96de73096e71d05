package org.finetune4j.engine.train.parameter;

import java.util.Locale;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Tensor;

/** The values of one tensor of weights while it is trained, and their gradient. */
public final class Parameter {
  public final TensorSpec spec;
  public final boolean trainable;
  public final float[] values;
  public final float[] gradient;

  public Parameter(TensorSpec spec, Tensor tensor, boolean trainable) {
    this.spec = spec;
    this.trainable = trainable;
    this.values = new float[Math.toIntExact(spec.elements())];
    set(tensor);
    // Operations write gradients of frozen weights too; nobody reads those.
    this.gradient = new float[spec.trainable() ? values.length : 0];
  }

  /** Returns whether penalties on the size of weights apply. */
  public boolean isKernel() {
    return spec.role().endsWith("kernel");
  }

  /** Takes other values; arrays stay the same, as operations hold on to them. */
  public void set(Tensor tensor) {
    if (!tensor.shape().equals(spec.shape())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Weight tensor '%s' has the shape %s, but the network needs %s.",
              spec.name(),
              tensor.shape(),
              spec.shape()));
    }
    tensor.values().get(values);
  }

  /** Returns whether all values are numbers, none of them infinite. */
  public boolean isFinite() {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  public Tensor tensor() {
    return Tensor.of(values, spec.shape());
  }
}
