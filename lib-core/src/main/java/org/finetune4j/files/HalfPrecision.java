package org.finetune4j.files;

/** Numbers of 16 bits as files hold them; the JDK reads them from release 20 on. */
public final class HalfPrecision {
  private HalfPrecision() {}

  /** Returns what an IEEE 754 number of half precision means. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0) {
      return Math.copySign(mantissa * 0x1p-24f, Float.intBitsToFloat(sign | 0x3f800000));
    }
    int bits = exponent == 0x1f ? 0x7f800000 : (exponent + 112) << 23;
    return Float.intBitsToFloat(sign | bits | (mantissa << 13));
  }

  /** Returns what the upper half of a float32 means. */
  public static float brainToFloat(short upper) {
    return Float.intBitsToFloat(upper << Short.SIZE);
  }
}
