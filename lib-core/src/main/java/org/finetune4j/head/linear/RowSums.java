package org.finetune4j.head.linear;

/**
 * Sums of rows, each times a factor, eight at a time: the target is read and written once for all
 * of them, and the inner loop is what the just-in-time compiler turns into vector instructions.
 */
final class RowSums {
  static final int AT_ONCE = 8;

  private RowSums() {}

  /**
   * Adds rows to a target.
   *
   * @param rows of which columns {@code from} to {@code from + count - 1} are added
   * @param first the first of at most eight of them
   * @param last behind the last of them
   * @param factors one for each row, that of row i at {@code i + shift}
   * @param target added to at {@code at} and after it
   */
  static void add(
      double[][] rows,
      int first,
      int last,
      int from,
      int count,
      double[] factors,
      int shift,
      double[] target,
      int at) {
    if (last - first == AT_ONCE) {
      addEight(rows, first, from, count, factors, first + shift, target, at);
      return;
    }
    for (int k = first; k < last; k++) {
      double[] row = rows[k];
      double factor = factors[k + shift];
      for (int i = 0; i < count; i++) {
        target[at + i] += factor * row[from + i];
      }
    }
  }

  private static void addEight(
      double[][] rows,
      int first,
      int from,
      int count,
      double[] factors,
      int factor,
      double[] target,
      int at) {
    double[] a = rows[first];
    double[] b = rows[first + 1];
    double[] c = rows[first + 2];
    double[] d = rows[first + 3];
    double[] e = rows[first + 4];
    double[] f = rows[first + 5];
    double[] g = rows[first + 6];
    double[] h = rows[first + 7];
    double ofA = factors[factor];
    double ofB = factors[factor + 1];
    double ofC = factors[factor + 2];
    double ofD = factors[factor + 3];
    double ofE = factors[factor + 4];
    double ofF = factors[factor + 5];
    double ofG = factors[factor + 6];
    double ofH = factors[factor + 7];
    for (int i = 0; i < count; i++) {
      target[at + i] +=
          ofA * a[from + i]
              + ofB * b[from + i]
              + ofC * c[from + i]
              + ofD * d[from + i]
              + ofE * e[from + i]
              + ofF * f[from + i]
              + ofG * g[from + i]
              + ofH * h[from + i];
    }
  }
}
