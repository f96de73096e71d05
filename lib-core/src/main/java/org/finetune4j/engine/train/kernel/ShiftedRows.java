package org.finetune4j.engine.train.kernel;

import java.util.Arrays;

/**
 * Weighted sums of the rows that begin at several places of one array, and their products with
 * another row. Java's compiler makes vector instructions of a loop over several arrays only where
 * it reads all of them at one and the same index, so the rows are copied first, in pieces that the
 * processor's fastest cache holds: a copy and a fast loop take a quarter of the slow loop's time.
 * For one thread at a time.
 */
public final class ShiftedRows {
  private static final int PIECE = 1024;

  private final float[] sums = new float[PIECE];
  private final float[] x1 = new float[PIECE];
  private final float[] x2 = new float[PIECE];
  private final float[] x3 = new float[PIECE];
  private final float[] y1 = new float[PIECE];
  private final float[] y2 = new float[PIECE];
  private final float[] y3 = new float[PIECE];

  /**
   * Writes {@code count} sums: each is {@code initial} and, of every row, its value at that place
   * times the row's weight.
   *
   * @param starts where the rows begin in x
   */
  public void weightedSum(
      float[] x, int[] starts, float[] weights, float initial, float[] to, int at, int count) {
    for (int from = 0; from < count; from += PIECE) {
      int length = Math.min(PIECE, count - from);
      Arrays.fill(sums, 0, length, initial);
      int k = 0;
      for (; k < starts.length - 2; k += 3) {
        System.arraycopy(x, starts[k] + from, x1, 0, length);
        System.arraycopy(x, starts[k + 1] + from, x2, 0, length);
        System.arraycopy(x, starts[k + 2] + from, x3, 0, length);
        addThree(x1, x2, x3, weights[k], weights[k + 1], weights[k + 2], sums, length);
      }
      for (; k < starts.length; k++) {
        System.arraycopy(x, starts[k] + from, x1, 0, length);
        addOne(x1, weights[k], sums, length);
      }
      System.arraycopy(sums, 0, to, at + from, length);
    }
  }

  /**
   * Adds to each row's element of {@code products} the sum of its products with {@code count}
   * values of y.
   *
   * @param starts where the rows begin in x
   * @param begin where y's values begin
   */
  public void addProducts(
      float[] x, int[] starts, float[] y, int begin, int count, float[] products, int offset) {
    int from = 0;
    while (count - from >= 3) {
      int length = Math.min(PIECE, (count - from) / 3);
      loadThree(y, begin + from, y1, y2, y3, length);
      for (int k = 0; k < starts.length; k++) {
        loadThree(x, starts[k] + from, x1, x2, x3, length);
        multiply(x1, y1, x2, y2, x3, y3, sums, length);
        products[offset + k] += (float) Sums.of(sums, 0, length);
      }
      from += 3 * length;
    }
    for (; from < count; from++) {
      for (int k = 0; k < starts.length; k++) {
        products[offset + k] += x[starts[k] + from] * y[begin + from];
      }
    }
  }

  private static void loadThree(
      float[] from, int start, float[] first, float[] second, float[] third, int length) {
    System.arraycopy(from, start, first, 0, length);
    System.arraycopy(from, start + length, second, 0, length);
    System.arraycopy(from, start + 2 * length, third, 0, length);
  }

  private static void addThree(
      float[] a, float[] b, float[] c, float u, float v, float w, float[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += a[i] * u + b[i] * v + c[i] * w;
    }
  }

  private static void addOne(float[] a, float weight, float[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += a[i] * weight;
    }
  }

  private static void multiply(
      float[] a, float[] p, float[] b, float[] q, float[] c, float[] r, float[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] = a[i] * p[i] + b[i] * q[i] + c[i] * r[i];
    }
  }
}
