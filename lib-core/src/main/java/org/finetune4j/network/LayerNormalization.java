package org.finetune4j.network;

import java.util.List;

/**
 * Normalisation of each position over its channels (Keras {@code LayerNormalization} over the last
 * axis, arXiv:1607.06450): y = (x - mean) / sqrt(variance + epsilon) * gamma + beta. A position is
 * a token, a point of a feature map, or a whole vector.
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param epsilon added to the variance, above 0
 */
public record LayerNormalization(String name, String input, double epsilon) implements Layer.Unary {
  /**
   * Checks epsilon.
   *
   * @throws IllegalArgumentException if it is not above 0
   */
  public LayerNormalization {
    Layer.requireEpsilon(name, epsilon);
  }

  @Override
  public Shape outputShape(Shape shape) {
    return shape;
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    List<Integer> size = List.of(inputs.get(0).channels());
    return List.of(
        new TensorSpec(name, "gamma", size, true), new TensorSpec(name, "beta", size, true));
  }

  @Override
  public LayerNormalization reading(String newInput) {
    return new LayerNormalization(name, newInput, epsilon);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
