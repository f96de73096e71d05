package org.finetune4j.network;

/**
 * A feature map at another size (Keras {@code Resizing} without antialiasing, {@code
 * UpSampling2D}). Sizes are those of pixels with an extent: the middle of output pixel i lies at (i
 * + 0.5) * input size / output size - 0.5 of the input.
 *
 * @param name the layer's name
 * @param input the layer it reads
 * @param height rows of the output
 * @param width columns of the output
 * @param interpolation how values between pixels are computed
 */
public record Resizing(
    String name, String input, int height, int width, Interpolation interpolation)
    implements Layer.Unary {
  /** How a value between pixels is computed. */
  public enum Interpolation {
    /** The pixel that contains the place. */
    NEAREST,
    /** Linear between the nearest two in each direction. */
    BILINEAR,
    /** Cubic convolution of the nearest four with a = -0.5; beyond the border nothing counts. */
    BICUBIC
  }

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public Resizing {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "Layer '" + name + "': a map has at least 1 row and column, not " + height + "x" + width);
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    Layer.requireMap(name, shape);
    return Shape.map(shape.channels(), height, width);
  }

  @Override
  public Resizing reading(String newInput) {
    return new Resizing(name, newInput, height, width, interpolation);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
