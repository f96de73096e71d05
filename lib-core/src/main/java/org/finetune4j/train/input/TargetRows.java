package org.finetune4j.train.input;

import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;

/** What the network should answer, as numbers. */
public final class TargetRows {
  private TargetRows() {}

  /**
   * Returns one row per sample: 1 at the label or tags and 0 elsewhere, or numbers; or, where a
   * single output tells two labels apart, 1 for the second and 0 for the first.
   *
   * @param samples which of them
   * @param outputs values in a row
   */
  public static float[] of(Targets targets, int[] samples, int outputs) {
    float[] rows = new float[samples.length * outputs];
    for (int i = 0; i < samples.length; i++) {
      if (outputs == 1 && targets.get(samples[i]) instanceof Target.Label label) {
        rows[i] = label.index();
      } else {
        System.arraycopy(targets.row(samples[i]), 0, rows, i * outputs, outputs);
      }
    }
    return rows;
  }
}
