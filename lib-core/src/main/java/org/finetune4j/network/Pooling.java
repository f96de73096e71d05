package org.finetune4j.network;

/**
 * One value for each position of a window (Keras {@code MaxPooling2D}, {@code AveragePooling2D}).
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param pooling largest value or mean
 * @param window size, stride and padding; no dilation
 */
public record Pooling(String name, String input, PoolingType pooling, Window window)
    implements Layer.Unary {
  /**
   * Checks the window.
   *
   * @throws IllegalArgumentException if it is dilated
   */
  public Pooling {
    if (window.dilation() != 1) {
      throw new IllegalArgumentException(
          "Layer '" + name + "': a pooling window has no dilation, not " + window.dilation() + ".");
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    return window.over(name, shape, shape.channels());
  }

  @Override
  public Pooling reading(String newInput) {
    return new Pooling(name, newInput, pooling, window);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
