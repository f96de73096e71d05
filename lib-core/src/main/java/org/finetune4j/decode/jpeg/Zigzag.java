package org.finetune4j.decode.jpeg;

/** The order in which a block's coefficients are coded: from low frequencies to high ones. */
final class Zigzag {
  private static final byte[] NATURAL = order();

  private Zigzag() {}

  /** Returns where the coefficient at a place of that order stands: eight times row plus column. */
  static int natural(int k) {
    return NATURAL[k];
  }

  private static byte[] order() {
    byte[] order = new byte[64];
    int x = 0;
    int y = 0;
    for (int i = 0; i < 64; i++) {
      order[i] = (byte) (8 * y + x);
      boolean up = (x + y) % 2 == 0;
      if (up) {
        if (x == 7) {
          y++;
        } else {
          x++;
          y = Math.max(0, y - 1);
        }
      } else if (y == 7) {
        x++;
      } else {
        y++;
        x = Math.max(0, x - 1);
      }
    }
    return order;
  }
}
