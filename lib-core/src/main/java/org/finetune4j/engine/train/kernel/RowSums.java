package org.finetune4j.engine.train.kernel;

/**
 * Sums of rows, column by column. A few rows are added up as floats, in loops that become vector
 * instructions, and only their sums in double precision.
 */
public final class RowSums {
  private static final int TOGETHER = 8;

  private final float[] row;
  private final float[] few;
  private final double[] all;
  private int rows;

  public RowSums(int columns) {
    this.row = new float[columns];
    this.few = new float[columns];
    this.all = new double[columns];
  }

  /** Adds the row that starts at an offset. */
  public void add(float[] values, int start) {
    System.arraycopy(values, start, row, 0, row.length);
    for (int i = 0; i < few.length; i++) {
      few[i] += row[i];
    }
    count();
  }

  /** Adds the products of two rows. */
  public void addProducts(float[] x, float[] y) {
    for (int i = 0; i < few.length; i++) {
      few[i] += x[i] * y[i];
    }
    count();
  }

  private void count() {
    rows++;
    if (rows == TOGETHER) {
      carry();
    }
  }

  private void carry() {
    for (int i = 0; i < few.length; i++) {
      all[i] += few[i];
      few[i] = 0;
    }
    rows = 0;
  }

  /** Writes the sums of all parts, in their order. */
  public static void write(RowSums[] parts, float[] sums, int offset) {
    for (RowSums part : parts) {
      part.carry();
    }
    for (int i = 0; i < parts[0].all.length; i++) {
      double sum = 0;
      for (RowSums part : parts) {
        sum += part.all[i];
      }
      sums[offset + i] = (float) sum;
    }
  }
}
