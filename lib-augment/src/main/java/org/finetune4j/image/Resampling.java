package org.finetune4j.image;

/**
 * One resize with a filter: strips of rows are filtered along the width when an output row first
 * needs them, and only as many rows are kept as one output row combines, and a strip.
 */
final class Resampling {
  private final Image image;
  private final ImageSize size;
  private final ColumnFilter across;
  private final ResamplingFilter down;
  private final int[][] rows;
  private int filtered;

  Resampling(Image image, Stretch columns, Stretch lines, Interpolation interpolation) {
    this(
        image,
        ResamplingFilter.of(interpolation, image.width(), columns),
        ResamplingFilter.of(interpolation, image.height(), lines));
  }

  Resampling(Image image, ResamplingFilter across, ResamplingFilter down) {
    this.image = image;
    this.size = new ImageSize(across.outputs(), down.outputs());
    this.across = new ColumnFilter(image, across);
    this.down = down;
    this.filtered = down.start(0);
    this.rows = new int[down.mostInputs() + this.across.rows()][size.width() * image.channels()];
  }

  Image run() {
    int rowLength = size.width() * image.channels();
    byte[] to = new byte[size.samples(image.channels())];
    int[] sums = new int[rowLength];
    for (int y = 0; y < size.height(); y++) {
      filterUpTo(down.start(y) + down.inputs(y));
      ResamplingFilter.begin(sums, rowLength);
      for (int k = 0; k < down.inputs(y); k++) {
        down.add(y, k, rows[(down.start(y) + k) % rows.length], sums, rowLength);
      }
      ResamplingFilter.finish(sums, to, y * rowLength);
    }
    return Image.wrap(size, image.channels(), to);
  }

  private void filterUpTo(int end) {
    int last = size.height() - 1;
    while (filtered < end) {
      int count = Math.min(across.rows(), down.start(last) + down.inputs(last) - filtered);
      across.run(filtered, count, rows);
      filtered += count;
    }
  }
}
