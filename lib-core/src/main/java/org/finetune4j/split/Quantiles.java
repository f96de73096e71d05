package org.finetune4j.split;

import java.util.Arrays;

/** Ranges of numbers that hold about equally many of them. */
public final class Quantiles {
  private Quantiles() {}

  /**
   * Returns the range of each number, from 0 for the smallest on. Equal numbers are of one range.
   *
   * @param values finite
   * @param ranges how many there are to be
   */
  public static int[] of(double[] values, int ranges) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int[] result = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (int) ((long) firstOfEqual(sorted, values[i]) * ranges / sorted.length);
    }
    return result;
  }

  private static int firstOfEqual(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
