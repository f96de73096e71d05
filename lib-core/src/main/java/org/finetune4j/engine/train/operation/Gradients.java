package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;

/** How gradients of several readers add up. */
public final class Gradients {
  private Gradients() {}

  /** Adds another blob's gradient, of the same shape, to a blob's. */
  public static void pass(Blob from, Blob to, int n) {
    int length = n * to.elements();
    float[] gradient = from.gradient();
    if (!to.hasGradient()) {
      System.arraycopy(gradient, 0, to.firstGradient(n), 0, length);
      return;
    }
    float[] sum = to.gradientSum(n);
    for (int i = 0; i < length; i++) {
      sum[i] += gradient[i];
    }
  }
}
