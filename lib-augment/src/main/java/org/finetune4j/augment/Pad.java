package org.finetune4j.augment;

import java.util.Objects;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.random.CounterRandom;

/**
 * Adds pixels around the original picture.
 *
 * @param left columns, not negative
 * @param top rows, not negative
 * @param right columns, not negative
 * @param bottom rows, not negative
 * @param fillMode what the new pixels show
 * @param fillValue the value of all channels for {@link FillMode#CONSTANT}, 0 to 255
 */
public record Pad(int left, int top, int right, int bottom, FillMode fillMode, int fillValue)
    implements Transform, Kernel {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one lies outside its range
   */
  public Pad {
    Check.that(
        Math.min(Math.min(left, right), Math.min(top, bottom)) >= 0,
        "Padding must not be negative, but is left %s, top %s, right %s, bottom %s.",
        left,
        top,
        right,
        bottom);
    Check.range("fillValue", fillValue, 0, 255);
  }

  /** Returns padding of the same width on all sides. */
  public static Pad all(int pixels, FillMode fillMode, int fillValue) {
    return new Pad(
        pixels, pixels, pixels, pixels, Objects.requireNonNull(fillMode, "fillMode"), fillValue);
  }

  @Override
  public Operation sample(CounterRandom random) {
    return this;
  }

  @Override
  public Stage stage() {
    return Stage.ORIGINAL;
  }

  /**
   * Returns the larger picture.
   *
   * @throws IllegalArgumentException if it would have more than 2<sup>31</sup> samples
   */
  @Override
  public Image apply(Image image) {
    if (left + top + right + bottom == 0) {
      return image;
    }
    long width = (long) image.width() + left + right;
    long height = (long) image.height() + top + bottom;
    Check.that(
        width * height * image.channels() <= Integer.MAX_VALUE - 8,
        "%s with padding would be too large: %sx%s.",
        image,
        width,
        height);
    int[] columns = sources(left, image.width(), (int) width);
    int[] rows = sources(top, image.height(), (int) height);
    return filled(image, columns, rows);
  }

  private Image filled(Image image, int[] columns, int[] rows) {
    int channels = image.channels();
    byte[] from = image.unwrap();
    byte[] to = new byte[columns.length * rows.length * channels];
    int target = 0;
    for (int row : rows) {
      for (int column : columns) {
        int source = (row * image.width() + column) * channels;
        for (int c = 0; c < channels; c++) {
          to[target++] = row < 0 || column < 0 ? (byte) fillValue : from[source + c];
        }
      }
    }
    return Image.wrap(new ImageSize(columns.length, rows.length), channels, to);
  }

  /** For each place along one axis the pixel it shows, or -1 for the constant. */
  private int[] sources(int before, int length, int padded) {
    int[] sources = new int[padded];
    for (int i = 0; i < padded; i++) {
      int position = i - before;
      boolean inside = position >= 0 && position < length;
      sources[i] =
          inside || fillMode != FillMode.CONSTANT
              ? Border.pixel(fillMode, (int) Border.place(fillMode, position, length), length)
              : -1;
    }
    return sources;
  }
}
