package org.finetune4j.network;

import java.util.List;

/**
 * The product of two inputs, value by value; a 1x1 map is stretched over the other one (squeeze and
 * excitation).
 *
 * @param name the layer's name
 * @param inputs the two layers it reads
 */
public record Multiply(String name, List<String> inputs) implements Layer {
  /**
   * Copies the inputs.
   *
   * @throws IllegalArgumentException if there are not two
   */
  public Multiply {
    inputs = List.copyOf(inputs);
    if (inputs.size() != 2) {
      throw new IllegalArgumentException(
          "Layer '" + name + "' multiplies two inputs, not " + inputs.size() + ".");
    }
  }

  @Override
  public Shape outputShape(List<Shape> shapes) {
    Shape first = shapes.get(0);
    Shape second = shapes.get(1);
    if (first.channels() == second.channels() && first.isMap() && second.isMap()) {
      if (isPoint(second)) {
        return first;
      }
      if (isPoint(first)) {
        return second;
      }
    }
    return Layer.requireEqual(name, shapes);
  }

  private static boolean isPoint(Shape shape) {
    return shape.height() == 1 && shape.width() == 1;
  }

  @Override
  public Multiply reading(List<String> newInputs) {
    return new Multiply(name, newInputs);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
