package org.finetune4j.feature.row;

/** Numbered rows of equally many floats. Safe to read from several threads. */
public interface Rows {
  /** Returns the number of floats in a row. */
  int columns();

  /** Copies a row into {@code target} from {@code offset} on. */
  void read(int row, float[] target, int offset);

  /** Returns rows that live on the heap; the arrays are not copied. */
  static Rows of(float[][] rows, int columns) {
    return new Rows() {
      @Override
      public int columns() {
        return columns;
      }

      @Override
      public void read(int row, float[] target, int offset) {
        System.arraycopy(rows[row], 0, target, offset, columns);
      }
    };
  }
}
