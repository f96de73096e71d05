package org.finetune4j.engine.train.operation;

/** Sums over the samples of a batch. */
public final class Samples {
  private Samples() {}

  /** Sums values that stand at the same place of each sample, from an offset on. */
  public static void sum(float[] values, int n, int elements, int offset, float[] sums) {
    for (int i = 0; i < sums.length; i++) {
      double sum = 0;
      for (int sample = 0; sample < n; sample++) {
        sum += values[sample * elements + offset + i];
      }
      sums[i] = (float) sum;
    }
  }
}
