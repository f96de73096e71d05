package org.finetune4j.decode.jpeg;

/** Blocks that become 8x8 pixels: smaller colors of a larger picture. */
final class WholeDct extends InverseDct {
  private final int[] turned = new int[8 * ROW];

  WholeDct() {
    super(64);
  }

  @Override
  void write(int count, byte[] plane, int start, int step, int stride) {
    transform(values, 7 * PLACE + count, FRACTION - KEPT);
    turn(values, turned, 8);
    transform(turned, 7 * PLACE + count, FRACTION + KEPT + 3);
    pack(turned, 0, 7 * PLACE + count);
    pack(turned, 4 * ROW, 7 * PLACE + count);
    for (int y = 0; y < 8; y++) {
      int at = start + y * stride;
      writeFour(turned, y * PLACE, count, plane, at, step);
      writeFour(turned, 4 * ROW + y * PLACE, count, plane, at + 4, step);
    }
    forget();
  }

  private static void transform(int[] v, int count, int shift) {
    even(v, count, 1 << (shift - 1));
    odd(v, count);
    for (int i = 0; i < count; i++) {
      int a0 = v[i];
      int a1 = v[i + 2 * ROW];
      int b0 = v[i + 7 * ROW];
      int b1 = v[i + 5 * ROW];
      int a2 = v[i + 4 * ROW];
      int a3 = v[i + 6 * ROW];
      int b2 = v[i + 3 * ROW];
      int b3 = v[i + ROW];
      v[i] = (a0 + b3) >> shift;
      v[i + ROW] = (a1 + b2) >> shift;
      v[i + 2 * ROW] = (a2 + b1) >> shift;
      v[i + 3 * ROW] = (a3 + b0) >> shift;
      v[i + 4 * ROW] = (a3 - b0) >> shift;
      v[i + 5 * ROW] = (a2 - b1) >> shift;
      v[i + 6 * ROW] = (a1 - b2) >> shift;
      v[i + 7 * ROW] = (a0 - b3) >> shift;
    }
  }

  private static void even(int[] v, int count, int half) {
    for (int i = 0; i < count; i++) {
      int c0 = v[i];
      int c2 = v[i + 2 * ROW];
      int c4 = v[i + 4 * ROW];
      int c6 = v[i + 6 * ROW];
      int z = (c2 + c6) * 4433;
      int e2 = z - c6 * 15137;
      int e3 = z + c2 * 6270;
      int e0 = ((c0 + c4) << FRACTION) + half;
      int e1 = ((c0 - c4) << FRACTION) + half;
      v[i] = e0 + e3;
      v[i + 2 * ROW] = e1 + e2;
      v[i + 4 * ROW] = e1 - e2;
      v[i + 6 * ROW] = e0 - e3;
    }
  }

  private static void odd(int[] v, int count) {
    for (int i = 0; i < count; i++) {
      int c1 = v[i + ROW];
      int c3 = v[i + 3 * ROW];
      int c5 = v[i + 5 * ROW];
      int c7 = v[i + 7 * ROW];
      int z5 = (c7 + c3 + c5 + c1) * 9633;
      int z1 = (c7 + c1) * -7373;
      int z2 = (c5 + c3) * -20995;
      int z3 = (c7 + c3) * -16069 + z5;
      int z4 = (c5 + c1) * -3196 + z5;
      v[i + 7 * ROW] = c7 * 2446 + z1 + z3;
      v[i + 5 * ROW] = c5 * 16819 + z2 + z4;
      v[i + 3 * ROW] = c3 * 25172 + z2 + z3;
      v[i + ROW] = c1 * 12299 + z1 + z4;
    }
  }
}
