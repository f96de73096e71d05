package org.finetune4j.image;

/**
 * Filters a strip of rows along the width. The strip's pixels are turned so that the samples of a
 * column lie side by side: an output column is then a sum of whole input columns, and loops over
 * them become vectors.
 */
final class ColumnFilter {
  /** Samples that are held, of all columns that an output combines: they stay in a near cache. */
  private static final int HELD = 1 << 16;

  private static final int MOST_ROWS = 192;
  private static final int FEWEST_ROWS = 16;

  private final Image image;
  private final ResamplingFilter across;
  private final int rows;
  private final int[][] columns;
  private final int[] sums;

  ColumnFilter(Image image, ResamplingFilter across) {
    this.image = image;
    this.across = across;
    int held = across.mostInputs() * image.channels();
    this.rows = Math.min(image.height(), Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, HELD / held)));
    this.columns = new int[held][rows];
    this.sums = new int[rows];
  }

  /** Returns how many rows a strip has at most. */
  int rows() {
    return rows;
  }

  /**
   * Filters rows of the picture.
   *
   * @param first of them
   * @param count how many, at most {@link #rows()}
   * @param to gets samples of 0 to 255; row {@code y} goes to place {@code y} modulo its length
   */
  void run(int first, int count, int[][] to) {
    int channels = image.channels();
    int read = across.start(0);
    for (int x = 0; x < across.outputs(); x++) {
      int start = across.start(x);
      int inputs = across.inputs(x);
      read = Math.max(read, start);
      for (; read < start + inputs; read++) {
        for (int c = 0; c < channels; c++) {
          turn(read * channels + c, first, columns[read * channels % columns.length + c], count);
        }
      }
      for (int c = 0; c < channels; c++) {
        ResamplingFilter.begin(sums, count);
        for (int k = 0; k < inputs; k++) {
          int[] column = columns[(start + k) * channels % columns.length + c];
          across.add(x, k, column, sums, count);
        }
        ResamplingFilter.clip(sums, count);
        write(x * channels + c, first, count, to);
      }
    }
  }

  private void turn(int sample, int first, int[] column, int count) {
    byte[] from = image.unwrap();
    int step = image.width() * image.channels();
    int at = first * step + sample;
    for (int i = 0; i < count; i++) {
      column[i] = from[at] & 0xFF;
      at += step;
    }
  }

  private void write(int sample, int first, int count, int[][] to) {
    int row = first % to.length;
    for (int i = 0; i < count; i++) {
      to[row][sample] = sums[i];
      row = row + 1 == to.length ? 0 : row + 1;
    }
  }
}
