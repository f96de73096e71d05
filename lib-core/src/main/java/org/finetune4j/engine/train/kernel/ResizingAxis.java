package org.finetune4j.engine.train.kernel;

import org.finetune4j.network.Resizing.Interpolation;

/** Which pixels of a row or column of the input count for each one of the output, and how much. */
public final class ResizingAxis {
  private final int taps;
  private final int[] from;
  private final float[] weights;

  /**
   * Computes the weights.
   *
   * @param input length of the input
   * @param output length of the output
   */
  public ResizingAxis(int input, int output, Interpolation interpolation) {
    taps =
        switch (interpolation) {
          case NEAREST -> 1;
          case BILINEAR -> 2;
          case BICUBIC -> 4;
        };
    from = new int[output * taps];
    weights = new float[output * taps];
    for (int i = 0; i < output; i++) {
      double middle = (i + 0.5) * input / output - 0.5;
      int first =
          interpolation == Interpolation.NEAREST
              ? (int) Math.floor(middle + 0.5)
              : (int) Math.floor(middle) - taps / 2 + 1;
      double sum = 0;
      for (int tap = 0; tap < taps; tap++) {
        int at = first + tap;
        from[i * taps + tap] = Math.min(Math.max(at, 0), input - 1);
        boolean outside = at < 0 || at >= input;
        double weight =
            outside && interpolation == Interpolation.BICUBIC
                ? 0
                : weight(interpolation, Math.abs(middle - at));
        weights[i * taps + tap] = (float) weight;
        sum += weight;
      }
      for (int tap = 0; tap < taps; tap++) {
        weights[i * taps + tap] /= (float) sum;
      }
    }
  }

  private static double weight(Interpolation interpolation, double distance) {
    return switch (interpolation) {
      case NEAREST -> 1;
      case BILINEAR -> 1 - distance;
      case BICUBIC ->
          distance <= 1
              ? (1.5 * distance - 2.5) * distance * distance + 1
              : ((-0.5 * distance + 2.5) * distance - 4) * distance + 2;
    };
  }

  /** Returns how many pixels of the input count for one of the output. */
  public int taps() {
    return taps;
  }

  /** Returns a pixel of the input that counts for a pixel of the output. */
  public int from(int output, int tap) {
    return from[output * taps + tap];
  }

  /** Returns how much it counts. */
  public float weight(int output, int tap) {
    return weights[output * taps + tap];
  }
}
