package org.finetune4j.network;

import java.util.List;

/**
 * Its inputs one behind the other along the channels.
 *
 * @param name the layer's name
 * @param inputs the layers it reads, equal but for their channels
 */
public record Concatenate(String name, List<String> inputs) implements Layer {
  /**
   * Copies the inputs.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Concatenate {
    inputs = List.copyOf(inputs);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("Layer '" + name + "' joins at least one input.");
    }
  }

  @Override
  public Shape outputShape(List<Shape> shapes) {
    Layer.requireNoTokens(name, shapes.get(0));
    int channels = shapes.stream().mapToInt(Shape::channels).reduce(0, Math::addExact);
    return Layer.requireEqual(
        name, shapes.stream().map(shape -> shape.withChannels(channels)).toList());
  }

  @Override
  public Concatenate reading(List<String> newInputs) {
    return new Concatenate(name, newInputs);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
