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
    Image wide = horizontally(image, size.width(), interpolation);
    return vertically(wide, size.height(), interpolation);
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

  private static Image horizontally(Image image, int width, Interpolation interpolation) {
    if (width == image.width()) {
      return image;
    }
    ResamplingFilter filter = ResamplingFilter.of(interpolation, image.width(), width);
    int channels = image.channels();
    byte[] from = image.samples();
    byte[] to = new byte[width * image.height() * channels];
    for (int y = 0; y < image.height(); y++) {
      int source = y * image.width() * channels;
      int target = y * width * channels;
      for (int x = 0; x < width; x++) {
        int start = source + filter.start(x) * channels;
        for (int c = 0; c < channels; c++) {
          to[target++] = filter.sample(x, from, start + c, channels);
        }
      }
    }
    return Image.wrap(new ImageSize(width, image.height()), channels, to);
  }

  private static Image vertically(Image image, int height, Interpolation interpolation) {
    if (height == image.height()) {
      return image;
    }
    ResamplingFilter filter = ResamplingFilter.of(interpolation, image.height(), height);
    int rowLength = image.width() * image.channels();
    byte[] from = image.samples();
    byte[] to = new byte[rowLength * height];
    int[] sums = new int[rowLength];
    for (int y = 0; y < height; y++) {
      filter.combineRows(y, from, rowLength, sums, to);
    }
    return Image.wrap(new ImageSize(image.width(), height), image.channels(), to);
  }

  private static Image nearest(Image image, ImageSize size) {
    int channels = image.channels();
    byte[] from = image.samples();
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
