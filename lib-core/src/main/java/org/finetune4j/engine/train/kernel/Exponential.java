package org.finetune4j.engine.train.kernel;

/**
 * exp(x) of many x up to 0: 2^k times the Taylor series of the rest, which is at most ln 2 / 2. Its
 * relative error stays below 2e-7; the same bits on every machine.
 */
final class Exponential {
  /** Below it exp(x) is no normal float; what is below counts as this. */
  static final float LOWEST = -87;

  private static final float PER_OCTAVE = (float) (1 / Math.log(2));

  /** ln 2 in two parts, the first with few digits, so that multiples of it are exact. */
  private static final float OCTAVE = 0x1.62e4p-1f;

  private static final float REST = (float) (Math.log(2) - OCTAVE);

  /** Adding it leaves a float's whole part in its last bits. */
  private static final float ROUND = 12_582_912f;

  private static final int EXPONENT_BITS = 23;
  private static final int EXPONENT_OF_ONE = 127 << EXPONENT_BITS;

  private Exponential() {}

  /**
   * Replaces the first values by their exponentials. The first loop becomes vector instructions,
   * which Java 17 has none of for the bits of a float; those are left to the second.
   *
   * @param wholes room for as many values
   */
  static void apply(float[] values, int count, float[] wholes) {
    for (int i = 0; i < count; i++) {
      float x = Math.max(values[i], LOWEST);
      float whole = x * PER_OCTAVE + ROUND;
      float k = whole - ROUND;
      float r = (x - k * OCTAVE) - k * REST;
      wholes[i] = whole;
      values[i] =
          1
              + r
                  * (1
                      + r
                          * (1 / 2f
                              + r * (1 / 6f + r * (1 / 24f + r * (1 / 120f + r * (1 / 720f))))));
    }
    for (int i = 0; i < count; i++) {
      int k = Float.floatToRawIntBits(wholes[i]) << EXPONENT_BITS;
      values[i] *= Float.intBitsToFloat(k + EXPONENT_OF_ONE);
    }
  }
}
