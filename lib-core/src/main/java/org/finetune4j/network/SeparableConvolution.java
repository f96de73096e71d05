package org.finetune4j.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A depthwise convolution with one filter per channel, then a 1x1 convolution (Keras {@code
 * SeparableConv2D}).
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param filters channels of the output
 * @param window the depthwise window
 * @param bias whether a bias is added after the 1x1 convolution
 */
public record SeparableConvolution(
    String name, String input, int filters, Window window, boolean bias) implements Layer.Unary {
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
            name, "depthwise_kernel", List.of(channels, 1, window.height(), window.width()), true));
    tensors.add(new TensorSpec(name, "pointwise_kernel", List.of(filters, channels, 1, 1), true));
    if (bias) {
      tensors.add(new TensorSpec(name, "bias", List.of(filters), true));
    }
    return tensors;
  }

  @Override
  public SeparableConvolution reading(String newInput) {
    return new SeparableConvolution(name, newInput, filters, window, bias);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
