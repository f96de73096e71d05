package org.finetune4j.image;

/**
 * Changes the size of pictures. Results equal Pillow's {@code Image.resize} to the last bit: the
 * filter is widened when a picture shrinks (antialiasing), rows first, then columns, each rounded
 * to eight bits. Sides beyond a million pixels are reduced first to 64 times the size or more,
 * which may change a result by a level.
 */
public final class Resize {
  /** The reducing gap with which no picture is resized in two steps. */
  public static final double NO_GAP = Double.POSITIVE_INFINITY;

  /** Sums of more steps would take longer than the picture, which no longer shows them. */
  private static final int MOST_STEPS = 1_000_000;

  /**
   * Of sides of millions of pixels, which no camera makes, boxes are taken first that nobody will
   * see: the filter alone would work for half a minute.
   */
  private static final double GAP_OF_LINES = 64;

  private Resize() {}

  /**
   * Returns the whole picture at another size; sides are scaled independently.
   *
   * @param image gray or RGB
   * @param size width and height of the result
   * @param interpolation the filter; {@link Interpolation#BICUBIC} for photos
   */
  public static Image squash(Image image, ImageSize size, Interpolation interpolation) {
    return squash(image, size, interpolation, NO_GAP);
  }

  /**
   * Returns the whole picture at another size, large ones in two steps: first every box of whole
   * pixels becomes one, then the filter does the rest. Several times faster for photos of a camera,
   * and nearly the same picture; equal to Pillow's {@code resize} with the same {@code
   * reducing_gap}.
   *
   * @param reducingGap how many times the size the first step may leave at least, 1 or more: 2 is
   *     close to {@link #squash(Image, ImageSize, Interpolation)}, 3 hardly to be told from it
   * @throws IllegalArgumentException if the gap is below 1
   */
  public static Image squash(
      Image image, ImageSize size, Interpolation interpolation, double reducingGap) {
    requireGap(reducingGap);
    if (size.equals(image.size())) {
      return image;
    }
    size.samples(image.channels()); // Refuses what no array holds before anything is computed.
    return run(
        image, Stretch.all(size.width()), Stretch.all(size.height()), interpolation, reducingGap);
  }

  private static void requireGap(double reducingGap) {
    if (!(reducingGap >= 1)) {
      throw new IllegalArgumentException(
          "reducingGap must be at least 1, but is " + reducingGap + ".");
    }
  }

  private static Image run(
      Image image, Stretch columns, Stretch lines, Interpolation interpolation, double gap) {
    int across = box(image.width(), columns, gap);
    int down = box(image.height(), lines, gap);
    if (interpolation == Interpolation.NEAREST || (across == 1 && down == 1)) {
      return run(image, columns, lines, interpolation);
    }
    Image reduced = new Reduction(image, across, down).run();
    // Pillow hands on what is left of an axis as a float, which decides some last bits.
    return new Resampling(
            reduced,
            ResamplingFilter.of(
                interpolation, reduced.width(), (float) ((double) image.width() / across), columns),
            ResamplingFilter.of(
                interpolation, reduced.height(), (float) ((double) image.height() / down), lines))
        .run();
  }

  private static int box(int side, Stretch stretch, double gap) {
    double own = side > MOST_STEPS ? Math.min(gap, GAP_OF_LINES) : gap;
    return Math.max(1, (int) ((double) side / stretch.whole() / own));
  }

  private static Image run(
      Image image, Stretch columns, Stretch lines, Interpolation interpolation) {
    if (interpolation == Interpolation.NEAREST) {
      return nearest(image, columns, lines);
    }
    return image.width() == 1 || image.height() == 1
        ? new LineResampling(image, columns, lines, interpolation).run()
        : new Resampling(image, columns, lines, interpolation).run();
  }

  /**
   * Returns the picture at the size that just covers another one, at its own proportions: the
   * middle can then be cut out. {@link #crop} does both, and computes no more than the middle.
   *
   * @param target width and height to cover
   * @throws IllegalArgumentException if no array holds the result
   */
  public static Image cover(Image image, ImageSize target, Interpolation interpolation) {
    long width = covering(image.width(), coveringScale(image, target), target.width());
    long height = covering(image.height(), coveringScale(image, target), target.height());
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          image
              + " would cover "
              + target
              + " at "
              + width
              + "x"
              + height
              + ", which is too large.");
    }
    return squash(image, new ImageSize((int) width, (int) height), interpolation);
  }

  /**
   * Returns the middle of what {@link #cover} would return, at exactly this size; the rest is never
   * computed, however long the picture is.
   *
   * @param target width and height of the result
   */
  public static Image crop(Image image, ImageSize target, Interpolation interpolation) {
    return crop(image, target, interpolation, NO_GAP);
  }

  /**
   * Returns the middle of what covers a size, at exactly this size, large pictures in two steps.
   *
   * @param target width and height of the result
   * @param reducingGap as in {@link #squash(Image, ImageSize, Interpolation, double)}
   * @throws IllegalArgumentException if the gap is below 1
   */
  public static Image crop(
      Image image, ImageSize target, Interpolation interpolation, double reducingGap) {
    requireGap(reducingGap);
    if (target.equals(image.size())) {
      return image;
    }
    double scale = coveringScale(image, target);
    long width = covering(image.width(), scale, target.width());
    long height = covering(image.height(), scale, target.height());
    if (width == image.width() && height == image.height()) {
      return Crop.center(image, target);
    }
    return run(
        image,
        Stretch.middle(width, target.width()),
        Stretch.middle(height, target.height()),
        interpolation,
        reducingGap);
  }

  private static double coveringScale(Image image, ImageSize target) {
    return Math.max(widthScale(image, target), heightScale(image, target));
  }

  /** Rounding may not push a side below the target. */
  private static long covering(int side, double scale, int target) {
    return Math.max(Math.round(side * scale), target);
  }

  /**
   * Returns the picture at the largest size that fits into another one, at its own proportions.
   *
   * @param target width and height to fit into
   */
  public static Image contain(Image image, ImageSize target, Interpolation interpolation) {
    return contain(image, target, interpolation, NO_GAP);
  }

  /**
   * Returns the picture at the largest size that fits into another one, large ones in two steps.
   *
   * @param target width and height to fit into
   * @param reducingGap as in {@link #squash(Image, ImageSize, Interpolation, double)}
   * @throws IllegalArgumentException if the gap is below 1
   */
  public static Image contain(
      Image image, ImageSize target, Interpolation interpolation, double reducingGap) {
    double scale = Math.min(widthScale(image, target), heightScale(image, target));
    int width = contained(image.width(), scale, target.width());
    int height = contained(image.height(), scale, target.height());
    return squash(image, new ImageSize(width, height), interpolation, reducingGap);
  }

  /** Rounding may not push a side over the target. */
  private static int contained(int side, double scale, int target) {
    return (int) Math.min(Math.max(1, Math.round(side * scale)), target);
  }

  private static double widthScale(Image image, ImageSize target) {
    return (double) target.width() / image.width();
  }

  private static double heightScale(Image image, ImageSize target) {
    return (double) target.height() / image.height();
  }

  private static Image nearest(Image image, Stretch across, Stretch down) {
    ImageSize size = new ImageSize(across.length(), down.length());
    int channels = image.channels();
    byte[] from = image.unwrap();
    byte[] to = new byte[size.samples(channels)];
    int[] columns = nearest(image.width(), across);
    int target = 0;
    for (int row : nearest(image.height(), down)) {
      for (int column : columns) {
        System.arraycopy(from, (row * image.width() + column) * channels, to, target, channels);
        target += channels;
      }
    }
    return Image.wrap(size, channels, to);
  }

  /** Adds up the step as Pillow does: it decides where a position falls between two pixels. */
  private static int[] nearest(int inputs, Stretch outputs) {
    double step = inputs / (double) outputs.whole();
    double position = step * 0.5;
    if (outputs.first() > MOST_STEPS) {
      position += step * outputs.first();
    } else {
      for (int i = 0; i < outputs.first(); i++) {
        position += step;
      }
    }
    int[] sources = new int[outputs.length()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = Math.min(inputs - 1, (int) position);
      position += step;
    }
    return sources;
  }
}
