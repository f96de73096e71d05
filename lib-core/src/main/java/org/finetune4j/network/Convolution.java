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
 * @param groups into how many equal parts input channels and filters are divided; each part of the
 *     filters reads its part of the channels only
 */
public record Convolution(
    String name,
    String input,
    int filters,
    Window window,
    boolean bias,
    Activation activation,
    int groups)
    implements Layer.Unary {
  /**
   * Checks the groups.
   *
   * @throws IllegalArgumentException if the filters cannot be divided by them
   */
  public Convolution {
    if (groups < 1 || filters % groups != 0) {
      throw new IllegalArgumentException(
          "Layer '" + name + "': " + filters + " filters make no " + groups + " equal groups.");
    }
  }

  /** Makes a convolution whose filters read all channels. */
  public Convolution(
      String name, String input, int filters, Window window, boolean bias, Activation activation) {
    this(name, input, filters, window, bias, activation, 1);
  }

  @Override
  public Shape outputShape(Shape shape) {
    Shape output = window.over(name, shape, filters);
    if (shape.channels() % groups != 0) {
      throw new IllegalArgumentException(
          "Layer '"
              + name
              + "': "
              + shape.channels()
              + " channels make no "
              + groups
              + " equal groups.");
    }
    return output;
  }

  @Override
  public List<TensorSpec> tensors(List<Shape> inputs) {
    int channels = inputs.get(0).channels() / groups;
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
    return new Convolution(name, newInput, filters, window, bias, activation, groups);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
