package org.finetune4j.network;

/**
 * A vector as a map of 1x1, or such a map as a vector (as Keras's MobileNet does around its
 * classifier). Any other reshaping would depend on the memory layout and is refused.
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param shape the new shape
 */
public record Reshape(String name, String input, Shape shape) implements Layer.Unary {
  @Override
  public Shape outputShape(Shape from) {
    boolean oneByOne = isPoint(from) && isPoint(shape);
    if (!oneByOne || from.channels() != shape.channels()) {
      throw new IllegalArgumentException(
          "Layer '"
              + name
              + "' turns a vector into a 1x1 map of as many channels or back, not "
              + from
              + " into "
              + shape
              + ".");
    }
    return shape;
  }

  private static boolean isPoint(Shape shape) {
    return shape.elements() == shape.channels();
  }

  @Override
  public Reshape reading(String newInput) {
    return new Reshape(name, newInput, shape);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
