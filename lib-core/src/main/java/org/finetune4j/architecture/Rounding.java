package org.finetune4j.architecture;

/** Channel counts of networks that come in several widths. */
final class Rounding {
  private Rounding() {}

  /**
   * Returns the multiple of 8 that is nearest to a channel count, but at least 8 and at least nine
   * tenths of it (MobileNetV2's reference code, {@code _make_divisible}).
   */
  static int toEight(double channels) {
    int rounded = Math.max(8, (int) (channels + 4) / 8 * 8);
    return rounded < 0.9 * channels ? rounded + 8 : rounded;
  }
}
