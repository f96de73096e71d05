package org.finetune4j.engine.train.kernel;

/** Softmax of the rows of a square that is too large for a slow exponential function. */
public final class SoftmaxRows {
  private SoftmaxRows() {}

  /** Replaces each row, from an offset on, by the softmax of its values times a factor. */
  public static void apply(float[] values, int offset, float factor, int rows, int columns) {
    float[] line = new float[columns];
    float[] wholes = new float[columns];
    for (int row = 0; row < rows; row++) {
      int start = offset + row * columns;
      System.arraycopy(values, start, line, 0, columns);
      softmax(line, factor, wholes);
      System.arraycopy(line, 0, values, start, columns);
    }
  }

  private static void softmax(float[] line, float factor, float[] wholes) {
    float largest = largest(line);
    for (int i = 0; i < line.length; i++) {
      line[i] = (line[i] - largest) * factor;
    }
    Exponential.apply(line, line.length, wholes);
    float share = (float) (1 / Sums.of(line));
    for (int i = 0; i < line.length; i++) {
      line[i] *= share;
    }
  }

  /** Four side by side, as in {@link Sums}. */
  private static float largest(float[] values) {
    float a = values[0];
    float b = a;
    float c = a;
    float d = a;
    int i = 1;
    for (; i < values.length - 3; i += 4) {
      a = Math.max(a, values[i]);
      b = Math.max(b, values[i + 1]);
      c = Math.max(c, values[i + 2]);
      d = Math.max(d, values[i + 3]);
    }
    for (; i < values.length; i++) {
      a = Math.max(a, values[i]);
    }
    return Math.max(Math.max(a, b), Math.max(c, d));
  }

  /**
   * Turns the gradient by {@link #apply}'s results, which begin at an offset, into that by what it
   * read.
   */
  public static void slope(
      float[] results, int offset, float factor, float[] gradient, int rows, int columns) {
    float[] shares = new float[columns];
    float[] line = new float[columns];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(results, offset + row * columns, shares, 0, columns);
      System.arraycopy(gradient, row * columns, line, 0, columns);
      float sum = (float) Sums.ofProducts(line, shares);
      for (int i = 0; i < columns; i++) {
        line[i] = shares[i] * (line[i] - sum) * factor;
      }
      System.arraycopy(line, 0, gradient, row * columns, columns);
    }
  }
}
