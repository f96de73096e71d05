package org.finetune4j.network;

import java.util.List;

/**
 * Global response normalisation of a feature map (ConvNeXt V2, arXiv:2301.00808): with g the length
 * of a channel over all positions, y = x + gamma * x * g / (mean of g over the channels + epsilon)
 * + beta.
 *
 * @param name the layer's name
 * @param input the layer it reads, a feature map
 * @param epsilon added to the mean, above 0
 */
public record GlobalResponseNormalization(String name, String input, double epsilon)
    implements Layer.Unary {
  /**
   * Checks epsilon.
   *
   * @throws IllegalArgumentException if it is not above 0
   */
  public GlobalResponseNormalization {
    Layer.requireEpsilon(name, epsilon);
  }

  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireMap(name, shape);
    return shape;
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    List<Integer> size = List.of(inputs.get(0).channels());
    return List.of(
        new TensorSpec(name, "gamma", size, true), new TensorSpec(name, "beta", size, true));
  }

  @Override
  public GlobalResponseNormalization reading(String newInput) {
    return new GlobalResponseNormalization(name, newInput, epsilon);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
