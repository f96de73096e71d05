package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Parallel;

/** Sums over the samples of a batch. */
public final class Samples {
  /** Columns that are summed together, so that each row is read in one go. */
  private static final int BLOCK = 64;

  private Samples() {}

  /** Sums values that stand at the same place of each sample, from an offset on. */
  public static void sum(float[] values, int n, int elements, int offset, float[] sums) {
    int blocks = (sums.length + BLOCK - 1) / BLOCK;
    Parallel.loop(
        blocks,
        n * BLOCK,
        block -> {
          int first = block * BLOCK;
          int count = Math.min(BLOCK, sums.length - first);
          double[] sum = new double[count];
          for (int sample = 0; sample < n; sample++) {
            int start = sample * elements + offset + first;
            for (int i = 0; i < count; i++) {
              sum[i] += values[start + i];
            }
          }
          for (int i = 0; i < count; i++) {
            sums[first + i] = (float) sum[i];
          }
        });
  }
}
