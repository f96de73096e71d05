package org.finetune4j.network;

/**
 * Turns the order of the channels round: RGB to BGR.
 *
 * @param name the layer's name
 * @param input the layer it reads
 */
public record ReverseChannels(String name, String input) implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireNoTokens(name, shape);
    return shape;
  }

  @Override
  public ReverseChannels reading(String newInput) {
    return new ReverseChannels(name, newInput);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
