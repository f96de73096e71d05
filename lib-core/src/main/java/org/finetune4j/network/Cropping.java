package org.finetune4j.network;

/**
 * A feature map without its border (Keras {@code Cropping2D}).
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param top rows left out above
 * @param bottom rows left out below
 * @param left columns left out before
 * @param right columns left out after
 */
public record Cropping(String name, String input, int top, int bottom, int left, int right)
    implements Layer.Unary {
  /**
   * Checks the border.
   *
   * @throws IllegalArgumentException if a number is negative
   */
  public Cropping {
    if (Math.min(Math.min(top, bottom), Math.min(left, right)) < 0) {
      throw new IllegalArgumentException(
          "Layer '" + name + "': what is left out is never negative; use a ZeroPadding to add.");
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireMap(name, shape);
    int height = Math.subtractExact(shape.height(), Math.addExact(top, bottom));
    int width = Math.subtractExact(shape.width(), Math.addExact(left, right));
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Layer '" + name + "' leaves nothing of a feature map of " + shape + ".");
    }
    return Shape.map(shape.channels(), height, width);
  }

  @Override
  public Cropping reading(String newInput) {
    return new Cropping(name, newInput, top, bottom, left, right);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
