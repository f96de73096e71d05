package org.finetune4j.augment;

import java.util.Arrays;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;

/** Augmented copies side by side. */
final class Sheet {
  private static final int GAP = 2;

  private Sheet() {}

  static Image of(
      Augmentation augmentation, Image image, ImageSize cell, int columns, int rows, long seed) {
    Check.that(
        columns >= 1 && rows >= 1,
        "A sheet needs at least one column and one row, but has %s and %s.",
        columns,
        rows);
    long width = (long) columns * (cell.width() + GAP) - GAP;
    long height = (long) rows * (cell.height() + GAP) - GAP;
    Check.that(
        width * height * 3 <= Integer.MAX_VALUE - 8,
        "A sheet of %sx%s pixels is too large; use smaller cells.",
        width,
        height);
    byte[] rgb = new byte[(int) (width * height) * 3];
    Arrays.fill(rgb, (byte) 255);
    for (int i = 0; i < columns * rows; i++) {
      Image copy =
          i == 0
              ? fit(image, cell)
              : fit(augmentation.apply(image, one -> fit(one, cell), seed, 0, i), cell);
      int x = i % columns * (cell.width() + GAP);
      int y = i / columns * (cell.height() + GAP);
      paste(copy.toRgb(), rgb, (int) width, x, y);
    }
    return Image.wrap(new ImageSize((int) width, (int) height), 3, rgb);
  }

  private static Image fit(Image image, ImageSize cell) {
    return Resize.squash(image, cell, Interpolation.BICUBIC);
  }

  private static void paste(Image image, byte[] rgb, int width, int x, int y) {
    int rowLength = image.width() * 3;
    for (int row = 0; row < image.height(); row++) {
      int target = ((y + row) * width + x) * 3;
      System.arraycopy(image.unwrap(), row * rowLength, rgb, target, rowLength);
    }
  }
}
