package org.finetune4j.image;

/**
 * Changes the size of pictures. Results equal Pillow's {@code Image.resize} to the last bit: the
 * filter is widened when a picture shrinks (antialiasing), rows first, then columns, each rounded
 * to eight bits.
 */
public final class Resize {
  private Resize() {}

  /**
   * Returns the whole picture at another size; sides are scaled independently.
   *
   * @param image gray or RGB
   * @param size width and height of the result
   * @param interpolation the filter; {@link Interpolation#BICUBIC} for photos
   */
  public static Image squash(Image image, ImageSize size, Interpolation interpolation) {
    if (size.equals(image.size())) {
      return image;
    }
    if (interpolation == Interpolation.NEAREST) {
      return nearest(image, size);
    }
    return new Resampling(image, size, interpolation).run();
  }

  /**
   * Returns the picture at the size that just covers another one, at its own proportions: the
   * middle can then be cut out.
   *
   * @param target width and height to cover
   */
  public static Image cover(Image image, ImageSize target, Interpolation interpolation) {
    double scale = Math.max(widthScale(image, target), heightScale(image, target));
    return squash(image, scaled(image, scale, target, true), interpolation);
  }

  /**
   * Returns the picture at the largest size that fits into another one, at its own proportions.
   *
   * @param target width and height to fit into
   */
  public static Image contain(Image image, ImageSize target, Interpolation interpolation) {
    double scale = Math.min(widthScale(image, target), heightScale(image, target));
    return squash(image, scaled(image, scale, target, false), interpolation);
  }

  private static double widthScale(Image image, ImageSize target) {
    return (double) target.width() / image.width();
  }

  private static double heightScale(Image image, ImageSize target) {
    return (double) target.height() / image.height();
  }

  /** Rounding may not push a side over the target, or below it. */
  private static ImageSize scaled(Image image, double scale, ImageSize target, boolean atLeast) {
    int width = (int) Math.max(1, Math.round(image.width() * scale));
    int height = (int) Math.max(1, Math.round(image.height() * scale));
    return atLeast
        ? new ImageSize(Math.max(width, target.width()), Math.max(height, target.height()))
        : new ImageSize(Math.min(width, target.width()), Math.min(height, target.height()));
  }

  private static Image nearest(Image image, ImageSize size) {
    int channels = image.channels();
    byte[] from = image.unwrap();
    byte[] to = new byte[size.width() * size.height() * channels];
    int[] columns = nearest(image.width(), size.width());
    int target = 0;
    for (int row : nearest(image.height(), size.height())) {
      for (int column : columns) {
        System.arraycopy(from, (row * image.width() + column) * channels, to, target, channels);
        target += channels;
      }
    }
    return Image.wrap(size, channels, to);
  }

  /** Adds up the step as Pillow does: it decides where a position falls between two pixels. */
  private static int[] nearest(int inputs, int outputs) {
    double step = (double) inputs / outputs;
    double position = step * 0.5;
    int[] sources = new int[outputs];
    for (int i = 0; i < outputs; i++) {
      sources[i] = Math.min(inputs - 1, (int) position);
      position += step;
    }
    return sources;
  }
}
