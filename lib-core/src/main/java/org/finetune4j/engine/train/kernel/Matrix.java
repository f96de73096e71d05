package org.finetune4j.engine.train.kernel;

/**
 * A row-major matrix in an array.
 *
 * @param values the array
 * @param offset where the first value stands
 * @param rows rows as stored
 * @param columns columns as stored
 * @param transposed whether rows and columns change places when it is used
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Matrix(float[] values, int offset, int rows, int columns, boolean transposed) {
  public static Matrix of(float[] values, int rows, int columns) {
    return new Matrix(values, 0, rows, columns, false);
  }

  /** Returns the matrix that starts elsewhere in the array. */
  public Matrix at(int newOffset) {
    return new Matrix(values, newOffset, rows, columns, transposed);
  }

  /** Returns the transposed matrix over the same values. */
  public Matrix transpose() {
    return new Matrix(values, offset, rows, columns, !transposed);
  }
}
