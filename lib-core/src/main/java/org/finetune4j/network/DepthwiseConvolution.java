package org.finetune4j.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A convolution of each channel on its own (Keras {@code DepthwiseConv2D}). Output channel {@code c
 * * multiplier + m} is the m-th filter of input channel c.
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param multiplier filters per channel
 * @param window kernel size, stride, dilation and padding
 * @param bias whether a bias is added
 */
public record DepthwiseConvolution(
    String name, String input, int multiplier, Window window, boolean bias) implements Layer.Unary {
  @Override
  public Shape outputShape(Shape shape) {
    return window.over(name, shape, Math.multiplyExact(shape.channels(), multiplier));
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    int filters = Math.multiplyExact(inputs.get(0).channels(), multiplier);
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(
        new TensorSpec(
            name, "depthwise_kernel", List.of(filters, 1, window.height(), window.width()), true));
    if (bias) {
      tensors.add(new TensorSpec(name, "bias", List.of(filters), true));
    }
    return tensors;
  }

  @Override
  public DepthwiseConvolution reading(String newInput) {
    return new DepthwiseConvolution(name, newInput, multiplier, window, bias);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
