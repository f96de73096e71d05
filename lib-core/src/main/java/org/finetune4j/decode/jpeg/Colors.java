package org.finetune4j.decode.jpeg;

/**
 * Pixels of three planes side by side, in RGB (JFIF, section 7, in integers as libjpeg rounds). The
 * three shares of each sample lie in one number, so that one addition is enough for all.
 */
final class Colors {
  private static final int FRACTION = 16;
  private static final int HALF = 1 << (FRACTION - 1);
  private static final int RED_OF_CR = 91881; // 1.402
  private static final int GREEN_OF_CB = 22554; // 0.34414
  private static final int GREEN_OF_CR = 46802; // 0.71414
  private static final int BLUE_OF_CB = 116130; // 1.772

  // Where the shares lie: red and blue are whole already, green has its fraction below.
  private static final int BLUE = 10;
  private static final int GREEN = 20;
  private static final int GREEN_WHOLE = GREEN + FRACTION;
  private static final int MASK = (1 << BLUE) - 1;

  /** No sum is below minus this. */
  private static final int MOST = 256;

  private static final long[] OF_LIGHT = new long[256];
  private static final long[] OF_CB = new long[256];
  private static final long[] OF_CR = new long[256];
  private static final byte[] LIMITED = new byte[1 << BLUE];

  static {
    for (int i = 0; i < 256; i++) {
      int centered = i - 128;
      int blue = (BLUE_OF_CB * centered + HALF) >> FRACTION;
      int red = (RED_OF_CR * centered + HALF) >> FRACTION;
      OF_LIGHT[i] = shares(i + MOST, (long) (i + MOST) << FRACTION | HALF, i + MOST);
      OF_CB[i] = shares(0, -(long) GREEN_OF_CB * centered, blue);
      OF_CR[i] = shares(red, -(long) GREEN_OF_CR * centered, 0);
    }
    for (int i = 0; i < LIMITED.length; i++) {
      LIMITED[i] = (byte) Math.max(0, Math.min(255, i - MOST));
    }
  }

  private Colors() {}

  private static long shares(long red, long green, long blue) {
    return red + (blue << BLUE) + (green << GREEN);
  }

  static void fromYcc(Enlargement[] planes, int y, int width, byte[] to, int target) {
    byte[] lights = planes[0].samples(y);
    byte[] blues = planes[1].samples(y);
    byte[] reds = planes[2].samples(y);
    int l = planes[0].offset;
    int b = planes[1].offset;
    int r = planes[2].offset;
    int at = target;
    for (int x = 0; x < width; x++) {
      long sum =
          OF_LIGHT[lights[l + x] & 0xFF] + OF_CB[blues[b + x] & 0xFF] + OF_CR[reds[r + x] & 0xFF];
      to[at] = LIMITED[(int) sum & MASK];
      to[at + 1] = LIMITED[(int) (sum >>> GREEN_WHOLE) & MASK];
      to[at + 2] = LIMITED[(int) sum >>> BLUE & MASK];
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
}
