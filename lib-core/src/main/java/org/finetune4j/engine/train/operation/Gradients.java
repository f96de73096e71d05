package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Parallel;

/** How gradients of several readers add up. */
public final class Gradients {
  private Gradients() {}

  /** Adds another blob's gradient, of the same shape, to a blob's. */
  public static void pass(Blob from, Blob to, int n) {
    float[] gradient = from.gradient();
    boolean isFirst = !to.hasGradient();
    float[] sum = to.anyGradient(n);
    int length = to.elements();
    Parallel.loop(
        n,
        length,
        sample -> {
          int start = sample * length;
          if (isFirst) {
            System.arraycopy(gradient, start, sum, start, length);
          } else {
            add(gradient, sum, start, start + length);
          }
        });
  }

  /** Adds values of an array to those at the same places of another one. */
  static void add(float[] more, float[] sum, int start, int end) {
    for (int i = start; i < end; i++) {
      sum[i] += more[i];
    }
  }
}
