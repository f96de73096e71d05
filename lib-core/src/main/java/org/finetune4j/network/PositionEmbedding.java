package org.finetune4j.network;

import java.util.List;

/**
 * A learned summand for each channel of each token (arXiv:2010.11929): y = x + embedding. Its
 * weights belong to one number of tokens; for another grid of patches they are interpolated.
 *
 * @param name the layer's name
 * @param input the layer it reads, a token sequence
 */
public record PositionEmbedding(String name, String input) implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireTokens(name, shape);
    return shape;
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    Shape shape = inputs.get(0);
    return List.of(
        new TensorSpec(name, "embedding", List.of(shape.tokens(), shape.channels()), true));
  }

  @Override
  public PositionEmbedding reading(String newInput) {
    return new PositionEmbedding(name, newInput);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
