package org.finetune4j.network;

import java.util.List;

/**
 * Its inputs one behind the other along the channels.
 *
 * @param name the layer's name
 * @param inputs the layers it reads, equal but for their channels
 */
public record Concatenate(String name, List<String> inputs) implements Layer {
  /** Copies the inputs. */
  public Concatenate {
    inputs = List.copyOf(inputs);
  }

  @Override
  public Shape outputShape(List<Shape> shapes) {
    int channels = shapes.stream().mapToInt(Shape::channels).sum();
    Layer.requireEqual(name, shapes.stream().map(shape -> withChannels(shape, channels)).toList());
    return withChannels(shapes.get(0), channels);
  }

  private static Shape withChannels(Shape shape, int channels) {
    return shape.isVector()
        ? Shape.vector(channels)
        : Shape.map(channels, shape.height(), shape.width());
  }

  @Override
  public Concatenate reading(List<String> newInputs) {
    return new Concatenate(name, newInputs);
  }
}
