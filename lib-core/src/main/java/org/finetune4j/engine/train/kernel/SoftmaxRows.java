package org.finetune4j.engine.train.kernel;

/** Softmax of the rows of a square that is too large for a slow exponential function. */
public final class SoftmaxRows {
  /** Below it exp(x) is no normal float. */
  private static final float LOWEST = -87;

  private static final float PER_OCTAVE = (float) (1 / Math.log(2));

  /** ln 2 in two parts, the first with few digits, so that multiples of it are exact. */
  private static final float OCTAVE = 0x1.62e4p-1f;

  private static final float REST = (float) (Math.log(2) - OCTAVE);

  /** Adding it leaves a float's whole part in its last bits. */
  private static final float ROUND = 12_582_912f;

  private SoftmaxRows() {}

  /** Replaces each row by the softmax of its values times a factor. */
  public static void apply(float[] values, float factor, int rows, int columns) {
    Parallel.loop(
        rows,
        columns,
        row -> {
          int start = row * columns;
          int end = start + columns;
          float largest = Float.NEGATIVE_INFINITY;
          for (int i = start; i < end; i++) {
            largest = Math.max(largest, values[i]);
          }
          float sum = 0;
          for (int i = start; i < end; i++) {
            float e = exp((values[i] - largest) * factor);
            values[i] = e;
            sum += e;
          }
          float share = 1 / sum;
          for (int i = start; i < end; i++) {
            values[i] *= share;
          }
        });
  }

  /** Turns the gradient by {@link #apply}'s results into that by what it read. */
  public static void slope(float[] results, float factor, float[] gradient, int rows, int columns) {
    Parallel.loop(
        rows,
        columns,
        row -> {
          int start = row * columns;
          float sum = 0;
          for (int i = start; i < start + columns; i++) {
            sum += results[i] * gradient[i];
          }
          for (int i = start; i < start + columns; i++) {
            gradient[i] = results[i] * (gradient[i] - sum) * factor;
          }
        });
  }

  /**
   * Returns exp(x) for x up to 0: 2^k times the Taylor series of the rest, which is at most ln 2 /
   * 2. Its relative error stays below 2e-7; the same bits on every machine.
   */
  static float exp(float x) {
    if (!(x > LOWEST)) {
      return x <= LOWEST ? 0 : x; // not a number stays so
    }
    float k = (x * PER_OCTAVE + ROUND) - ROUND;
    float r = (x - k * OCTAVE) - k * REST;
    float series =
        1 + r * (1 + r * (1 / 2f + r * (1 / 6f + r * (1 / 24f + r * (1 / 120f + r * (1 / 720f))))));
    return series * Float.intBitsToFloat(((int) k + 127) << 23);
  }
}
