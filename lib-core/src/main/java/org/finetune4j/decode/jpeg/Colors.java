package org.finetune4j.decode.jpeg;

/** Pixels of three planes side by side, in RGB (JFIF, section 7, in integers as libjpeg rounds). */
final class Colors {
  private static final int FRACTION = 16;
  private static final int HALF = 1 << (FRACTION - 1);
  private static final int RED_OF_CR = 91881; // 1.402
  private static final int GREEN_OF_CB = 22554; // 0.34414
  private static final int GREEN_OF_CR = 46802; // 0.71414
  private static final int BLUE_OF_CB = 116130; // 1.772

  private Colors() {}

  static void fromYcc(Enlargement[] planes, int y, int width, byte[] to, int target) {
    byte[] lights = planes[0].samples(y);
    byte[] blues = planes[1].samples(y);
    byte[] reds = planes[2].samples(y);
    int l = planes[0].offset;
    int b = planes[1].offset;
    int r = planes[2].offset;
    int at = target;
    for (int x = 0; x < width; x++) {
      int light = lights[l + x] & 0xFF;
      int cb = (blues[b + x] & 0xFF) - 128;
      int cr = (reds[r + x] & 0xFF) - 128;
      to[at] = limited(light + ((RED_OF_CR * cr + HALF) >> FRACTION));
      to[at + 1] = limited(light + ((HALF - GREEN_OF_CB * cb - GREEN_OF_CR * cr) >> FRACTION));
      to[at + 2] = limited(light + ((BLUE_OF_CB * cb + HALF) >> FRACTION));
      at += 3;
    }
  }

  static void fromRgb(Enlargement[] planes, int y, int width, byte[] to, int target) {
    for (int c = 0; c < 3; c++) {
      byte[] samples = planes[c].samples(y);
      int at = planes[c].offset;
      for (int x = 0; x < width; x++) {
        to[target + 3 * x + c] = samples[at + x];
      }
    }
  }

  private static byte limited(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
