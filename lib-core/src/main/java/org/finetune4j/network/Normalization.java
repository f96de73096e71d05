package org.finetune4j.network;

import java.util.List;

/**
 * Standardisation per channel with stored statistics that never train (Keras {@code
 * Normalization}): y = (x - mean) / max(sqrt(variance), 1e-7).
 *
 * @param name the layer's name
 * @param input the layer it reads
 */
public record Normalization(String name, String input) implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    return shape;
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    List<Integer> size = List.of(inputs.get(0).channels());
    return List.of(
        new TensorSpec(name, "mean", size, false), new TensorSpec(name, "variance", size, false));
  }

  @Override
  public Normalization reading(String newInput) {
    return new Normalization(name, newInput);
  }
}
