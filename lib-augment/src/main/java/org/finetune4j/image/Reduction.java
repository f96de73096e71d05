package org.finetune4j.image;

/** Shrinks pictures by whole factors: each pixel is the rounded mean of a box, as in Pillow. */
final class Reduction {
  private final Image image;
  private final int across;
  private final int down;
  private final ImageSize size;
  private final int[] sums;

  /**
   * Prepares.
   *
   * @param across width of a box; what is left over at the right is a narrower one
   * @param down height of a box
   */
  Reduction(Image image, int across, int down) {
    this.image = image;
    this.across = across;
    this.down = down;
    this.size = new ImageSize((image.width() - 1) / across + 1, (image.height() - 1) / down + 1);
    this.sums = new int[image.width() * image.channels()];
  }

  Image run() {
    int rowLength = size.width() * image.channels();
    byte[] to = new byte[size.samples(image.channels())];
    for (int y = 0; y < size.height(); y++) {
      int first = y * down;
      int rows = Math.min(down, image.height() - first);
      sumColumns(first, rows);
      means(rows, to, y * rowLength);
    }
    return Image.wrap(size, image.channels(), to);
  }

  /** Whole rows are added up first: plain loops over them become vectors. */
  private void sumColumns(int first, int rows) {
    byte[] from = image.unwrap();
    int length = sums.length;
    for (int row = 0; row < rows; row++) {
      int at = (first + row) * length;
      if (row == 0) {
        for (int i = 0; i < length; i++) {
          sums[i] = from[at + i] & 0xFF;
        }
      } else {
        for (int i = 0; i < length; i++) {
          sums[i] += from[at + i] & 0xFF;
        }
      }
    }
  }

  private void means(int rows, byte[] to, int target) {
    int channels = image.channels();
    for (int x = 0; x < size.width(); x++) {
      int first = x * across;
      int columns = Math.min(across, image.width() - first);
      long pixels = (long) rows * columns;
      long reciprocal = (1L << 24) / pixels;
      for (int c = 0; c < channels; c++) {
        long sum = pixels / 2;
        for (int column = 0; column < columns; column++) {
          sum += sums[(first + column) * channels + c];
        }
        to[target + x * channels + c] = (byte) ((sum * reciprocal) >> 24);
      }
    }
  }
}
