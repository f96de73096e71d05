package org.finetune4j.network;

/**
 * A feature map as a vector in channel, row, column order. Keras flattens in row, column, channel
 * order: the kernel of a dense layer behind it is permuted when Keras weights are loaded.
 *
 * @param name the layer's name
 * @param input the layer it reads
 */
public record Flatten(String name, String input) implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    return Shape.vector(shape.elements());
  }

  @Override
  public Flatten reading(String newInput) {
    return new Flatten(name, newInput);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
