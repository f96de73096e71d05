package org.finetune4j.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Every output reads every input (Keras {@code Dense}), its activation included; of a token
 * sequence each token on its own.
 *
 * @param name the layer's name
 * @param input the layer it reads, a vector or tokens
 * @param units size of the output, or of each token
 * @param bias whether a bias is added
 * @param activation what follows
 */
public record Dense(String name, String input, int units, boolean bias, Activation activation)
    implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    if (shape.isMap()) {
      throw new IllegalArgumentException(
          "Layer '"
              + name
              + "' reads a vector, but its input is "
              + shape.described()
              + ". Put a Flatten or a global pooling before it.");
    }
    return shape.withChannels(units);
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(new TensorSpec(name, "kernel", List.of(inputs.get(0).channels(), units), true));
    if (bias) {
      tensors.add(new TensorSpec(name, "bias", List.of(units), true));
    }
    return tensors;
  }

  @Override
  public Dense reading(String newInput) {
    return new Dense(name, newInput, units, bias, activation);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
