package org.finetune4j.decode.pixel;

/**
 * CIE L*a*b* (TIFF 6.0, section 23) to sRGB as color management does it: both are seen by the white
 * of D50, to which sRGB's primaries are adapted (ICC.1, IEC 61966-2-1).
 */
public final class Lab {
  // The white of D50, and X, Y, Z of it to linear red, green and blue.
  private static final double WHITE_X = 0.9642;
  private static final double WHITE_Z = 0.8249;
  private static final double[] RED = {3.1338561, -1.6168667, -0.4906146};
  private static final double[] GREEN = {-0.9787684, 1.9161415, 0.0334540};
  private static final double[] BLUE = {0.0719453, -0.2289914, 1.4052427};

  private final double most;
  private final double unit;
  private final int signed;

  /** Takes samples of 8 or 16 bits. */
  public Lab(int bits) {
    this.most = (1 << bits) - 1;
    this.unit = 1 << (bits - 8);
    this.signed = 1 << (bits - 1);
  }

  /** Writes a pixel; lightness is unsigned, both colors are signed. */
  public void toRgb(int lightness, int a, int b, byte[] to, int at) {
    double fy = (lightness / most * 100 + 16) / 116;
    double x = WHITE_X * inverse(fy + number(a) / 500);
    double y = inverse(fy);
    double z = WHITE_Z * inverse(fy - number(b) / 200);
    to[at] = sample(RED, x, y, z);
    to[at + 1] = sample(GREEN, x, y, z);
    to[at + 2] = sample(BLUE, x, y, z);
  }

  private double number(int sample) {
    return (sample >= signed ? sample - 2 * signed : sample) / unit;
  }

  private static double inverse(double f) {
    return f > 24.0 / 116 ? f * f * f : (f - 16.0 / 116) * 108 / 841;
  }

  private static byte sample(double[] shares, double x, double y, double z) {
    double linear = shares[0] * x + shares[1] * y + shares[2] * z;
    double value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
    return (byte) Math.max(0, Math.min(255, Math.round(255 * value)));
  }
}
