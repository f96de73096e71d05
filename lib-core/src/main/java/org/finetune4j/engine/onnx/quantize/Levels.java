package org.finetune4j.engine.onnx.quantize;

/**
 * How a value is rounded to 256 levels: {@code level = round(value / scale) + zeroPoint}, from 0 to
 * 255.
 *
 * @param scale between two levels, above 0
 * @param zeroPoint the level that means 0
 */
public record Levels(float scale, int zeroPoint) {
  /** Checks the ranges. */
  public Levels {
    if (!(scale > 0) || Float.isInfinite(scale) || zeroPoint < 0 || zeroPoint > 255) {
      throw new IllegalArgumentException(
          "Levels have a finite scale above 0 and a zero point from 0 to 255, not "
              + scale
              + " and "
              + zeroPoint
              + ".");
    }
  }

  /** Returns the levels that reach from the smaller of {@code low} and 0 to the larger of both. */
  static Levels of(double low, double high) {
    double from = Math.min(0, low);
    double to = Math.max(0, high);
    float scale = (float) ((to - from) / 255);
    if (!(scale >= Float.MIN_NORMAL)) {
      return new Levels(1, 0); // a value that is always 0
    }
    return new Levels(scale, (int) Math.max(0, Math.min(255, Math.rint(-from / scale))));
  }
}
