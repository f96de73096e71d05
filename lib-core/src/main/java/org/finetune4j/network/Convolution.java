package org.finetune4j.network;

import java.util.ArrayList;
import java.util.List;

/**
 * Two-dimensional convolution (Keras {@code Conv2D}), its activation included.
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param filters channels of the output
 * @param window kernel size, stride, dilation and padding
 * @param bias whether a bias is added
 * @param activation what follows
 */
public record Convolution(
    String name, String input, int filters, Window window, boolean bias, Activation activation)
    implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    return window.over(name, shape, filters);
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    int channels = inputs.get(0).channels();
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(
        new TensorSpec(
            name, "kernel", List.of(filters, channels, window.height(), window.width()), true));
    if (bias) {
      tensors.add(new TensorSpec(name, "bias", List.of(filters), true));
    }
    return tensors;
  }

  @Override
  public Convolution reading(String newInput) {
    return new Convolution(name, newInput, filters, window, bias, activation);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
