package org.finetune4j.decode.jpeg;

/**
 * Blocks that become 4x4 pixels: the means of two neighbours each, in which the fifth frequency has
 * no share.
 */
final class HalfDct extends InverseDct {
  private final int[] turned = new int[8 * ROW];

  HalfDct() {
    super(64);
  }

  @Override
  void write(int count, byte[] plane, int start, int step, int stride) {
    transform(values, 7 * PLACE + count, FRACTION - KEPT + 1);
    turn(values, turned, 4);
    transform(turned, 3 * PLACE + count, FRACTION + KEPT + 4);
    pack(turned, 0, 3 * PLACE + count);
    for (int y = 0; y < 4; y++) {
      writeFour(turned, y * PLACE, count, plane, start + y * stride, step);
    }
    forget();
  }

  private static void transform(int[] v, int count, int shift) {
    even(v, count, 1 << (shift - 1));
    odd(v, count);
    for (int i = 0; i < count; i++) {
      int outerEven = v[i];
      int innerEven = v[i + 2 * ROW];
      int inner = v[i + ROW];
      int outer = v[i + 3 * ROW];
      v[i] = (outerEven + outer) >> shift;
      v[i + ROW] = (innerEven + inner) >> shift;
      v[i + 2 * ROW] = (innerEven - inner) >> shift;
      v[i + 3 * ROW] = (outerEven - outer) >> shift;
    }
  }

  private static void even(int[] v, int count, int half) {
    for (int i = 0; i < count; i++) {
      int mean = (v[i] << (FRACTION + 1)) + half;
      int even = v[i + 2 * ROW] * 15137 - v[i + 6 * ROW] * 6270;
      v[i] = mean + even;
      v[i + 2 * ROW] = mean - even;
    }
  }

  private static void odd(int[] v, int count) {
    for (int i = 0; i < count; i++) {
      int c1 = v[i + ROW];
      int c3 = v[i + 3 * ROW];
      int c5 = v[i + 5 * ROW];
      int c7 = v[i + 7 * ROW];
      v[i + ROW] = c1 * 8697 - c3 * 17799 + c5 * 11893 - c7 * 1730;
      v[i + 3 * ROW] = c1 * 20995 + c3 * 7373 - c5 * 4926 - c7 * 4176;
    }
  }
}
