package org.finetune4j.network;

import java.util.List;

/**
 * Where a batch enters. In a network that was cut off another one, an input carries the name of the
 * layer whose activation it stands for.
 *
 * @param name the layer's name
 * @param shape the shape of one sample
 */
public record Input(String name, Shape shape) implements Layer {
  @Override
  public List<String> inputs() {
    return List.of();
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return shape;
  }

  @Override
  public Input reading(List<String> newInputs) {
    return this;
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
