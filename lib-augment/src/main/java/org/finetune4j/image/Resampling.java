package org.finetune4j.image;

/**
 * One resize with a filter: rows are filtered along the width when an output row first needs them,
 * and only as many are kept as one output row combines.
 */
final class Resampling {
  private final Image image;
  private final ImageSize size;
  private final ResamplingFilter across;
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
    this.across = across;
    this.down = down;
    this.filtered = down.start(0);
    this.rows = new int[down.mostInputs()][size.width() * image.channels()];
  }

  Image run() {
    int rowLength = size.width() * image.channels();
    byte[] to = new byte[size.samples(image.channels())];
    int[] sums = new int[rowLength];
    for (int y = 0; y < size.height(); y++) {
      filterUpTo(down.start(y) + down.inputs(y));
      ResamplingFilter.begin(sums);
      for (int k = 0; k < down.inputs(y); k++) {
        down.add(y, k, rows[(down.start(y) + k) % rows.length], sums);
      }
      ResamplingFilter.finish(sums, to, y * rowLength);
    }
    return Image.wrap(size, image.channels(), to);
  }

  private void filterUpTo(int end) {
    for (; filtered < end; filtered++) {
      int[] row = rows[filtered % rows.length];
      int first = filtered * image.width() * image.channels();
      if (image.channels() == 3) {
        across.filterRgb(image.unwrap(), first, row);
      } else {
        across.filterGray(image.unwrap(), first, row);
      }
    }
  }
}
