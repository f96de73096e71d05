package org.finetune4j.network;

/**
 * The window of a convolution or pooling, and how it moves. The same stride and dilation hold in
 * both directions.
 *
 * @param height rows of the kernel
 * @param width columns of the kernel
 * @param stride step between positions
 * @param dilation distance between neighbouring kernel elements; 1 is a dense kernel
 * @param padding what happens at the border
 */
public record Window(int height, int width, int stride, int dilation, Padding padding) {
  /**
   * Checks the window.
   *
   * @throws IllegalArgumentException if a number is below 1
   */
  public Window {
    if (height < 1 || width < 1 || stride < 1 || dilation < 1) {
      throw new IllegalArgumentException(
          "Kernel, stride and dilation are at least 1, but the window is "
              + (height + "x" + width + ", stride " + stride + ", dilation " + dilation + "."));
    }
  }

  /** Returns a square window with stride 1 and no padding. */
  public static Window of(int side) {
    return of(side, side);
  }

  /** Returns a window with stride 1 and no padding. */
  public static Window of(int height, int width) {
    return new Window(height, width, 1, 1, Padding.VALID);
  }

  /** Returns this window with another stride. */
  public Window stride(int newStride) {
    return new Window(height, width, newStride, dilation, padding);
  }

  /** Returns this window with another dilation. */
  public Window dilation(int newDilation) {
    return new Window(height, width, stride, newDilation, padding);
  }

  /** Returns this window with {@link Padding#SAME}. */
  public Window same() {
    return new Window(height, width, stride, dilation, Padding.SAME);
  }

  /** Rows and columns that {@link Padding} adds on each side. */
  public record Border(int top, int bottom, int left, int right) {
    /** Returns whether nothing is added. */
    public boolean isEmpty() {
      return top == 0 && bottom == 0 && left == 0 && right == 0;
    }
  }

  /** Returns what the padding adds around an input of this shape. */
  public Border border(Shape input) {
    int vertical = added(input.height(), height);
    int horizontal = added(input.width(), width);
    return new Border(
        vertical / 2, vertical - vertical / 2, horizontal / 2, horizontal - horizontal / 2);
  }

  private int added(int length, int kernel) {
    if (padding == Padding.VALID) {
      return 0;
    }
    int last = (length - 1) / stride * stride;
    return Math.max(0, Math.addExact(last - length, extent(kernel)));
  }

  private int extent(int kernel) {
    return Math.addExact(Math.multiplyExact(kernel - 1, dilation), 1);
  }

  /**
   * Returns the shape after the window has moved over an input.
   *
   * @throws IllegalArgumentException if the window does not fit into the input
   */
  Shape over(String layer, Shape input, int channels) {
    Layer.requireMap(layer, input);
    return Shape.map(
        channels,
        positions(layer, input, input.height(), height),
        positions(layer, input, input.width(), width));
  }

  private int positions(String layer, Shape input, int length, int kernel) {
    int free = Math.addExact(length, added(length, kernel)) - extent(kernel);
    if (free < 0) {
      throw new IllegalArgumentException(
          "Layer '"
              + layer
              + "': a window of "
              + extent(height)
              + "x"
              + extent(width)
              + " does not fit into a feature map of "
              + input
              + ". Use a larger input or Padding.SAME.");
    }
    return free / stride + 1;
  }
}
