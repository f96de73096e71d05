package org.finetune4j.network;

import java.util.List;

/**
 * A learned factor per channel (Keras ConvNeXt's {@code LayerScale}, arXiv:2103.17239): y = x *
 * gamma.
 *
 * @param name the layer's name
 * @param input the layer it reads
 */
public record LayerScale(String name, String input) implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    return shape;
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    return List.of(new TensorSpec(name, "gamma", List.of(inputs.get(0).channels()), true));
  }

  @Override
  public LayerScale reading(String newInput) {
    return new LayerScale(name, newInput);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
