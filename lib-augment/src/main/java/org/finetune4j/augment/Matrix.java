package org.finetune4j.augment;

/**
 * An affine map of the plane: an output pixel to the place in the input that it shows.
 *
 * <pre>{@code
 * sourceRow    = rowByRow * row + rowByColumn * column + rowOffset
 * sourceColumn = columnByRow * row + columnByColumn * column + columnOffset
 * }</pre>
 */
record Matrix(
    double rowByRow,
    double rowByColumn,
    double rowOffset,
    double columnByRow,
    double columnByColumn,
    double columnOffset) {

  static Matrix shift(double rows, double columns) {
    return new Matrix(1, 0, rows, 0, 1, columns);
  }

  /** Returns the map that applies {@code first} and then this one. */
  Matrix times(Matrix first) {
    return new Matrix(
        rowByRow * first.rowByRow + rowByColumn * first.columnByRow,
        rowByRow * first.rowByColumn + rowByColumn * first.columnByColumn,
        rowByRow * first.rowOffset + rowByColumn * first.columnOffset + rowOffset,
        columnByRow * first.rowByRow + columnByColumn * first.columnByRow,
        columnByRow * first.rowByColumn + columnByColumn * first.columnByColumn,
        columnByRow * first.rowOffset + columnByColumn * first.columnOffset + columnOffset);
  }

  /** Source row; the order of additions is SciPy's, so that edges fall on the same side. */
  double row(int row, int column) {
    return rowByRow * row + rowByColumn * column + rowOffset;
  }

  double column(int row, int column) {
    return columnByRow * row + columnByColumn * column + columnOffset;
  }
}
