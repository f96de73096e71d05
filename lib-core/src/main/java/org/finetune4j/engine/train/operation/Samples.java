package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Parallel;
import org.finetune4j.engine.train.kernel.RowSums;

/** Sums over the samples of a batch. */
public final class Samples {
  /** Columns that are summed together, so that each row is read in one go. */
  private static final int BLOCK = 128;

  private Samples() {}

  /** Sums values that stand at the same place of each sample, from an offset on. */
  public static void sum(float[] values, int n, int elements, int offset, float[] sums) {
    int blocks = (sums.length + BLOCK - 1) / BLOCK;
    Parallel.loop(
        blocks,
        n * BLOCK,
        block -> {
          int first = block * BLOCK;
          RowSums sum = new RowSums(Math.min(BLOCK, sums.length - first));
          for (int sample = 0; sample < n; sample++) {
            sum.add(values, sample * elements + offset + first);
          }
          RowSums.write(new RowSums[] {sum}, sums, first);
        });
  }
}
