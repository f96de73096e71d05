package org.finetune4j.doctor.part;

import org.finetune4j.image.ImageSize;

/**
 * Looks at windows of one picture's brightness by fields: sums over all samples above and left of
 * places tell that of any field. What windows between the same two rows have in common is computed
 * once for all of them. For one thread.
 */
final class Windows {
  /** The most fields of a window, squared. */
  static final int MOST_FIELDS = 16;

  /** Less variance than this share of the squares is rounding. */
  private static final double FLAT = 1e-9;

  private final int width;
  private final int height;

  /** By row, above which the samples are, and column, left of which they are. */
  private final double[][] sums;

  /** Of each row of fields, the sum of what is left of each column. */
  private final double[][] bands;

  private double[] above;
  private double[] below;

  /** Those of the window that was looked at last. */
  private final double[] fields = new double[MOST_FIELDS * MOST_FIELDS];

  Windows(Luma picture) {
    this.width = picture.size().width();
    this.height = picture.size().height();
    this.sums = picture.sums();
    this.bands = new double[MOST_FIELDS][width + 1];
    this.above = new double[width + 1];
    this.below = new double[width + 1];
  }

  ImageSize size() {
    return new ImageSize(width, height);
  }

  /** Chooses the rows between which the next windows lie, and by how many fields they are seen. */
  void between(double top, double h, int count) {
    row(top, above);
    for (int j = 0; j < count; j++) {
      row(top + h * (j + 1) / count, below);
      difference(below, above, bands[j]);
      double[] next = above;
      above = below;
      below = next;
    }
  }

  /** Computes the sums above a place between rows. */
  private void row(double y, double[] target) {
    int row = (int) Math.min(y, height - 1);
    mix(sums[row], sums[row + 1], y - row, target);
  }

  private static void mix(double[] a, double[] b, double share, double[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = a[i] + share * (b[i] - a[i]);
    }
  }

  private static void difference(double[] a, double[] b, double[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = a[i] - b[i];
    }
  }

  /**
   * Computes the fields of a window between the chosen rows.
   *
   * @param columns the pixel that each border between fields lies in, from the left
   * @param inColumn how far in that pixel it lies
   * @param at where those of this window begin
   * @return the length of the fields' deviations from their mean; 0 if they are flat
   */
  double look(int count, int[] columns, double[] inColumn, int at) {
    double sum = 0;
    double squares = 0;
    for (int j = 0; j < count; j++) {
      double[] band = bands[j];
      double left = mixed(band, columns[at], inColumn[at]);
      for (int i = 0; i < count; i++) {
        double right = mixed(band, columns[at + i + 1], inColumn[at + i + 1]);
        double field = right - left;
        fields[j * count + i] = field;
        sum += field;
        squares += field * field;
        left = right;
      }
    }
    double variance = squares - sum * sum / (count * count);
    return variance > FLAT * squares ? Math.sqrt(variance) : 0;
  }

  private static double mixed(double[] band, int column, double share) {
    return band[column] + share * (band[column + 1] - band[column]);
  }

  /** Returns one of the fields that were looked at last. */
  double field(int number) {
    return fields[number];
  }

  /** Returns the fields of the whole picture, less their mean and divided by their length. */
  double[] standardized(int count, boolean mirrored) {
    int[] columns = new int[count + 1];
    double[] inColumn = new double[count + 1];
    borders(0, width, count, columns, inColumn, 0);
    between(0, height, count);
    look(count, columns, inColumn, 0);
    double[] means = new double[count * count];
    double mean = 0;
    for (int i = 0; i < means.length; i++) {
      means[i] = fields[mirrored ? i / count * count + count - 1 - i % count : i];
      mean += means[i] / means.length;
    }
    double squares = 0;
    for (int i = 0; i < means.length; i++) {
      means[i] -= mean;
      squares += means[i] * means[i];
    }
    double length = Math.sqrt(Math.max(squares, Double.MIN_NORMAL));
    for (int i = 0; i < means.length; i++) {
      means[i] /= length;
    }
    return means;
  }

  /** Says where the borders between the fields of a window lie, as {@link #look} reads it. */
  void borders(double left, double w, int count, int[] columns, double[] inColumn, int at) {
    for (int i = 0; i <= count; i++) {
      double x = left + w * i / count;
      columns[at + i] = (int) Math.min(x, width - 1);
      inColumn[at + i] = x - columns[at + i];
    }
  }
}
