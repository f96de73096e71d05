package org.finetune4j.image;

import java.util.Arrays;

/** Cuts rectangles out of pictures, and sets pictures into larger ones. */
public final class Crop {
  private Crop() {}

  /**
   * Returns a rectangle of the picture.
   *
   * @param x left column
   * @param y top row
   * @throws IllegalArgumentException if it does not lie within the picture
   */
  public static Image at(Image image, int x, int y, ImageSize size) {
    if (x < 0 || y < 0 || x > image.width() - size.width() || y > image.height() - size.height()) {
      throw new IllegalArgumentException(
          "A crop of " + size + " at " + x + ", " + y + " does not lie within " + image + ".");
    }
    int channels = image.channels();
    byte[] from = image.unwrap();
    int rowLength = size.width() * channels;
    byte[] to = new byte[size.samples(channels)];
    for (int row = 0; row < size.height(); row++) {
      int source = ((y + row) * image.width() + x) * channels;
      System.arraycopy(from, source, to, row * rowLength, rowLength);
    }
    return Image.wrap(size, channels, to);
  }

  /**
   * Returns the middle of the picture; an odd pixel is left over at the right and the bottom.
   *
   * @throws IllegalArgumentException if the picture is smaller than the size
   */
  public static Image center(Image image, ImageSize size) {
    return at(
        image, (image.width() - size.width()) / 2, (image.height() - size.height()) / 2, size);
  }

  /**
   * Returns a picture of this size with the given one in its middle.
   *
   * @param fill the value of all samples around it, 0 to 255
   * @throws IllegalArgumentException if the picture is larger than the size
   */
  public static Image pad(Image image, ImageSize size, int fill) {
    if (image.width() > size.width() || image.height() > size.height()) {
      throw new IllegalArgumentException(image + " is larger than " + size + ".");
    }
    int channels = image.channels();
    byte[] from = image.unwrap();
    byte[] to = new byte[size.samples(channels)];
    Arrays.fill(to, (byte) fill);
    int x = (size.width() - image.width()) / 2;
    int y = (size.height() - image.height()) / 2;
    int rowLength = image.width() * channels;
    for (int row = 0; row < image.height(); row++) {
      int target = ((y + row) * size.width() + x) * channels;
      System.arraycopy(from, row * rowLength, to, target, rowLength);
    }
    return Image.wrap(size, channels, to);
  }
}
