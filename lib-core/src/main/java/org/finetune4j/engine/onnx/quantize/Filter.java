package org.finetune4j.engine.onnx.quantize;

import java.util.Arrays;

/**
 * The weights that make one output channel, to be rounded with one scale.
 *
 * <p>The scale is the one that changes the output least: the squared error of each weight, times
 * the mean square of what it is multiplied with. Where a channel is nearly always 0, as behind
 * ReLU6 in small networks, its weights may be very large; a scale that holds them would leave few
 * levels for those that matter.
 */
final class Filter {
  /** Each candidate's scale is so much of the one before. */
  private static final double STEP = 0.9;

  private static final double NARROWEST = 0.02;

  private final float[] weights;
  private final double[] squares;
  private final double[] means;

  /**
   * Takes a filter.
   *
   * @param weights in the order of the kernel
   * @param squares the mean square of what each is multiplied with
   * @param means the mean of what each is multiplied with
   */
  Filter(float[] weights, double[] squares, double[] means) {
    this.weights = weights;
    this.squares = squares;
    this.means = means;
  }

  /** Takes a filter of which nothing is known about what it is multiplied with. */
  static Filter alone(float[] weights) {
    double[] ones = new double[weights.length];
    Arrays.fill(ones, 1);
    return new Filter(weights, ones, new double[weights.length]);
  }

  /** Returns the scale between two levels. */
  float scale(int largest) {
    float widest = 0;
    for (float weight : weights) {
      widest = Math.max(widest, Math.abs(weight));
    }
    float whole = widest / largest;
    if (!(whole >= Float.MIN_NORMAL)) {
      return 1; // a filter of zeros
    }
    float best = whole;
    double least = Double.POSITIVE_INFINITY;
    for (double share = 1; share > NARROWEST; share *= STEP) {
      float scale = (float) (whole * share);
      double error = error(scale, largest, least);
      if (error < least && scale >= Float.MIN_NORMAL) {
        least = error;
        best = scale;
      }
    }
    return best;
  }

  /** Returns the error, or any number that is not below a limit. */
  private double error(float scale, int largest, double limit) {
    double sum = 0;
    for (int i = 0; i < weights.length && !(sum >= limit); i++) {
      double moved = level(weights[i], scale, largest) * (double) scale - weights[i];
      sum += moved * moved * squares[i];
    }
    return sum;
  }

  /** Returns by how much rounding changes the output's mean. */
  double shift(float scale, int largest) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += (level(weights[i], scale, largest) * (double) scale - weights[i]) * means[i];
    }
    return sum;
  }

  /** Writes the levels to every so-many-th place. */
  void round(float scale, int largest, byte[] target, int first, int step) {
    for (int i = 0; i < weights.length; i++) {
      target[first + i * step] = level(weights[i], scale, largest);
    }
  }

  private static byte level(float weight, float scale, int largest) {
    return (byte) Math.max(-largest, Math.min(largest, Math.rint(weight / scale)));
  }
}
