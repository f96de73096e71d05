package org.finetune4j.network;

import java.util.List;
import java.util.stream.Stream;

/**
 * Constants of the architecture or of the preprocessing (Keras {@code Rescaling}): y = x * scale +
 * offset.
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param scale one factor, or one per channel
 * @param offset one summand, or one per channel
 */
public record Rescale(String name, String input, List<Double> scale, List<Double> offset)
    implements Layer.Unary {
  /**
   * Copies the constants.
   *
   * @throws IllegalArgumentException if one is not finite
   */
  public Rescale {
    scale = List.copyOf(scale);
    offset = List.copyOf(offset);
    // What runs is float32.
    if (!Stream.concat(scale.stream(), offset.stream())
        .allMatch(it -> Float.isFinite(it.floatValue()))) {
      throw new IllegalArgumentException(
          "Layer '" + name + "' has finite constants, not " + scale + " and " + offset + ".");
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireNoTokens(name, shape);
    requireOneOrEach(scale.size(), shape);
    requireOneOrEach(offset.size(), shape);
    return shape;
  }

  private void requireOneOrEach(int constants, Shape shape) {
    if (constants != 1 && constants != shape.channels()) {
      throw new IllegalArgumentException(
          "Layer '"
              + name
              + "' has one constant or one per channel, but "
              + constants
              + " for an input of "
              + shape
              + ".");
    }
  }

  @Override
  public Rescale reading(String newInput) {
    return new Rescale(name, newInput, scale, offset);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
