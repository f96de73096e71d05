package org.finetune4j.train.input;

/** What the network should answer, as numbers. */
public final class Targets {
  /** Keras clips probabilities here before it takes their logarithm. */
  private static final double SMALLEST = 1e-7;

  private Targets() {}

  /**
   * Returns one row per sample: 1 at the label and 0 elsewhere; or, for a single output, 1 for the
   * second class and 0 for the first.
   */
  public static float[] hard(int[] targets, int outputs) {
    float[] rows = new float[targets.length * outputs];
    for (int i = 0; i < targets.length; i++) {
      if (outputs == 1) {
        rows[i] = targets[i];
      } else {
        rows[i * outputs + targets[i]] = 1;
      }
    }
    return rows;
  }

  /** Returns the mean of -log(probability of the label). */
  public static double crossEntropy(float[] probabilities, int[] targets, int outputs) {
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      double probability =
          outputs == 1
              ? (targets[i] == 1 ? probabilities[i] : 1 - probabilities[i])
              : probabilities[i * outputs + targets[i]];
      sum -= Math.log(Math.max(SMALLEST, probability));
    }
    return sum / targets.length;
  }
}
