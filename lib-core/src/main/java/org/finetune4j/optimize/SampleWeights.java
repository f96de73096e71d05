package org.finetune4j.optimize;

import java.util.Arrays;

/**
 * How much each training sample counts: its loss is multiplied by its weight, and the mean divides
 * by the number of samples, as Keras 3 and {@code (weight * loss).mean()} in PyTorch do. Immutable.
 */
public final class SampleWeights {
  private final float[] weights;

  private SampleWeights(float[] weights) {
    this.weights = weights;
  }

  /**
   * Returns weights in the order of the training samples.
   *
   * @param weights one for each training sample; 1 is usual, 0 passes a sample over
   * @throws IllegalArgumentException if one is negative or not finite, or all are 0
   */
  public static SampleWeights of(float... weights) {
    float sum = 0;
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] >= 0 && weights[i] <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "The weight of a sample is 0 or more and finite, but that of sample "
                + i
                + " is "
                + weights[i]
                + ".");
      }
      sum += weights[i];
    }
    if (sum == 0) {
      throw new IllegalArgumentException("At least one sample has a weight above 0.");
    }
    return new SampleWeights(weights.clone());
  }

  /** Returns for how many samples there are weights. */
  public int size() {
    return weights.length;
  }

  /** Returns the weights of some samples. */
  public float[] of(int[] samples) {
    float[] chosen = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      chosen[i] = weights[samples[i]];
    }
    return chosen;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SampleWeights that && Arrays.equals(weights, that.weights);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(weights);
  }

  /** Returns their number and a hash of them: enough to tell others by. */
  @Override
  public String toString() {
    return weights.length + " sample weights, hash " + Integer.toHexString(hashCode());
  }
}
