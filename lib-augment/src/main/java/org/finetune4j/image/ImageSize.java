package org.finetune4j.image;

/**
 * Width and height of a picture in pixels, always in this order.
 *
 * @param width pixels per row, at least 1
 * @param height rows, at least 1
 */
public record ImageSize(int width, int height) {
  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public ImageSize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "An image has at least 1x1 pixels, but the size is " + width + "x" + height + ".");
    }
  }

  /** Returns a square of this side in pixels. */
  public static ImageSize square(int side) {
    return new ImageSize(side, side);
  }

  /** Returns width times height; a {@code long}, as sizes that come from a file header may lie. */
  public long pixels() {
    return (long) width * height;
  }

  /**
   * Returns how long the array of a picture's samples is.
   *
   * @param channels samples per pixel
   * @throws IllegalArgumentException if no array is that long
   */
  public int samples(int channels) {
    long samples = pixels() > Integer.MAX_VALUE ? Long.MAX_VALUE : pixels() * channels;
    if (samples > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "A picture of " + this + " is too large: its samples fit into no array.");
    }
    return (int) samples;
  }

  /** Returns for example {@code 640x480}. */
  @Override
  public String toString() {
    return width + "x" + height;
  }
}
