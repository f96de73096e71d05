package org.finetune4j.network;

import java.util.List;

/**
 * The sum of its inputs, value by value.
 *
 * @param name the layer's name
 * @param inputs the layers it reads, all of one shape
 */
public record Add(String name, List<String> inputs) implements Layer {
  /** Copies the inputs. */
  public Add {
    inputs = List.copyOf(inputs);
  }

  @Override
  public Shape outputShape(List<Shape> shapes) {
    return Layer.requireEqual(name, shapes);
  }

  @Override
  public Add reading(List<String> newInputs) {
    return new Add(name, newInputs);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
