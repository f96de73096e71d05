package org.finetune4j.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Standardisation per channel with stored statistics that never train (Keras {@code
 * Normalization}): y = (x - mean) / max(sqrt(variance), 1e-7).
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param counted whether the number of samples behind the statistics is stored beside them, as
 *     Keras does; nothing is computed with it, but Keras counts it as a parameter
 */
public record Normalization(String name, String input, boolean counted) implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireNoTokens(name, shape);
    return shape;
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    List<Integer> size = List.of(inputs.get(0).channels());
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(new TensorSpec(name, "mean", size, false));
    tensors.add(new TensorSpec(name, "variance", size, false));
    if (counted) {
      tensors.add(new TensorSpec(name, "count", List.of(1), false));
    }
    return tensors;
  }

  @Override
  public Normalization reading(String newInput) {
    return new Normalization(name, newInput, counted);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
