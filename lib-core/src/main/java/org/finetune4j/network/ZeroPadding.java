package org.finetune4j.network;

/**
 * Zeros around a feature map (Keras {@code ZeroPadding2D}).
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param top rows above
 * @param bottom rows below
 * @param left columns before
 * @param right columns after
 */
public record ZeroPadding(String name, String input, int top, int bottom, int left, int right)
    implements Layer.Unary {
  /**
   * Checks the padding.
   *
   * @throws IllegalArgumentException if a number is negative
   */
  public ZeroPadding {
    if (Math.min(Math.min(top, bottom), Math.min(left, right)) < 0) {
      throw new IllegalArgumentException(
          "Layer '" + name + "': padding is never negative, use a window to make a map smaller.");
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireMap(name, shape);
    return Shape.map(
        shape.channels(),
        Math.addExact(shape.height(), Math.addExact(top, bottom)),
        Math.addExact(shape.width(), Math.addExact(left, right)));
  }

  @Override
  public ZeroPadding reading(String newInput) {
    return new ZeroPadding(name, newInput, top, bottom, left, right);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
