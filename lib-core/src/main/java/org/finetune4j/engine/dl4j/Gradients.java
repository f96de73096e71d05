package org.finetune4j.engine.dl4j;

import org.nd4j.linalg.api.ndarray.INDArray;

/** How gradients of several readers add up. */
final class Gradients {
  private Gradients() {}

  /** Adds values from off the heap to a blob's gradient. */
  static void add(INDArray values, Blob blob, int n) {
    if (!blob.hasGradient()) {
      Scratch.read(values, blob.firstGradient(n));
      return;
    }
    float[] more = new float[Math.toIntExact(values.length())];
    Scratch.read(values, more);
    add(more, blob.gradientSum(n));
  }

  private static void add(float[] values, float[] sum) {
    for (int i = 0; i < values.length; i++) {
      sum[i] += values[i];
    }
  }

  /** Adds another blob's gradient, of the same shape, to a blob's. */
  static void pass(Blob from, Blob to, int n) {
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
