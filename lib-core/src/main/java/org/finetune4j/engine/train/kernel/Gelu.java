package org.finetune4j.engine.train.kernel;

/**
 * The exact GELU, x times the share P(x) of the standard normal distribution below x, and its
 * slope. With z = |x| that is max(x, 0) - z P(-z), and P(-z) is exp(-z z / 2) times a polynomial in
 * 1 / (1 + 0.3 z), whose relative error is below 6e-8. Loops without a branch, and the same bits on
 * every machine. All arrays of a loop are read and written at one index: at two, the compiler would
 * have to fear that they are the same array, and use no vector instructions.
 */
final class Gelu {
  /** Values at a time, so that what is kept of them stays in the fastest cache. */
  private static final int BLOCK = 512;

  private static final float DENSITY_AT_0 = (float) (1 / Math.sqrt(2 * Math.PI));
  private static final float BY = 0.3f;
  private static final float C0 = 0.0000075844428f;
  private static final float C1 = 0.11948056f;
  private static final float C2 = 0.121971495f;
  private static final float C3 = 0.09448268f;
  private static final float C4 = 0.14300877f;
  private static final float C5 = -0.07719368f;
  private static final float C6 = 0.22926238f;
  private static final float C7 = -0.16945824f;
  private static final float C8 = 0.038438484f;

  private Gelu() {}

  /** What is done with the values from a place on, of which exp(-x x / 2) is known. */
  private interface Block {
    void replace(float[] values, float[] falls, int from, int count);
  }

  /** Writes the function's values. */
  static void apply(float[] x, float[] y, int start, int end) {
    inBlocks(x, y, start, end, (values, falls, from, count) -> values(values, falls, count));
  }

  private static void values(float[] x, float[] falls, int count) {
    for (int i = 0; i < count; i++) {
      float z = Math.abs(x[i]);
      x[i] = 0.5f * (x[i] + z) - z * (falls[i] * ratio(z));
    }
  }

  /** Writes dy times the function's slope; dx may be the same array. */
  static void slope(float[] x, float[] dy, float[] dx, int start, int end) {
    float[] gradient = new float[BLOCK];
    inBlocks(
        x,
        dx,
        start,
        end,
        (values, falls, from, count) -> {
          System.arraycopy(dy, from, gradient, 0, count);
          slopes(values, falls, gradient, count);
        });
  }

  private static void slopes(float[] x, float[] falls, float[] gradient, int count) {
    for (int i = 0; i < count; i++) {
      float z = Math.abs(x[i]);
      float atMinus = falls[i] * (ratio(z) - z * DENSITY_AT_0);
      float positive = ActivationFunction.oneIfPositive(x[i]);
      x[i] = (positive + (1 - 2 * positive) * atMinus) * gradient[i];
    }
  }

  private static void inBlocks(float[] x, float[] target, int start, int end, Block body) {
    float[] block = new float[BLOCK];
    float[] falls = new float[BLOCK];
    float[] wholes = new float[BLOCK];
    for (int from = start; from < end; from += BLOCK) {
      int count = Math.min(BLOCK, end - from);
      System.arraycopy(x, from, block, 0, count);
      fall(block, count, falls, wholes);
      body.replace(block, falls, from, count);
      System.arraycopy(block, 0, target, from, count);
    }
  }

  /** Writes exp(-x x / 2). */
  private static void fall(float[] x, int count, float[] falls, float[] wholes) {
    for (int i = 0; i < count; i++) {
      falls[i] = x[i] * x[i] * -0.5f;
    }
    Exponential.apply(falls, count, wholes);
  }

  /** Returns P(-z) divided by exp(-z z / 2). */
  private static float ratio(float z) {
    float t = 1 / (1 + BY * z);
    return C0 + t * (C1 + t * (C2 + t * (C3 + t * (C4 + t * (C5 + t * (C6 + t * (C7 + t * C8)))))));
  }
}
