package org.finetune4j.feature.row;

/**
 * Sums of four rows, each times its factor, added to a sum as long as it is: each loop runs along
 * whole arrays from their beginning, which the just-in-time compiler turns into vector instructions
 * (it does not where an array begins at an offset, nor for eight rows).
 */
public final class FourRows {
  private FourRows() {}

  /** Adds four rows of float64. */
  public static void add(
      double[] a,
      double[] b,
      double[] c,
      double[] d,
      double ofA,
      double ofB,
      double ofC,
      double ofD,
      double[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += ofA * a[i] + ofB * b[i] + ofC * c[i] + ofD * d[i];
    }
  }

  /** Adds four rows of float32. */
  public static void add(
      float[] a,
      float[] b,
      float[] c,
      float[] d,
      float ofA,
      float ofB,
      float ofC,
      float ofD,
      float[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += ofA * a[i] + ofB * b[i] + ofC * c[i] + ofD * d[i];
    }
  }
}
