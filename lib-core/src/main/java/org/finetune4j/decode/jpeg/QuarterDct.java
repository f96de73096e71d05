package org.finetune4j.decode.jpeg;

/**
 * Blocks that become 2x2 pixels, each the mean of 4x4. Of a column, only the first frequency and
 * the odd ones count: these have a share in the difference of its two means.
 */
final class QuarterDct extends InverseDct {
  // The shares of odd frequencies in half the difference between the means of four neighbours.
  private static final int SHARE_1 = 29692;
  private static final int SHARE_3 = -10426;
  private static final int SHARE_5 = 6967;
  private static final int SHARE_7 = -5906;
  private static final int[] SHARES = {0, SHARE_1, 0, SHARE_3, 0, SHARE_5, 0, SHARE_7};

  /** The first row of frequencies and the odd ones. */
  private static final int PLACES = 5 * 8;

  private static final int COLUMNS = FRACTION - KEPT + 2;
  private static final int ROWS = FRACTION + KEPT + 5;

  QuarterDct() {
    super(PLACES);
  }

  @Override
  int place(int x, int y) {
    return y == 0 || y % 2 == 1 ? 8 * ((y + 1) / 2) + x : PLACES;
  }

  @Override
  int share(int y) {
    return y % 2 == 1 ? SHARES[y] : 1;
  }

  @Override
  void write(int count, byte[] plane, int start, int step, int stride) {
    addOdd(values, 7 * PLACE + count);
    transform(values, count);
    writeTwoByTwo(values, count, plane, start, step, stride);
    forget();
  }

  /** Adds up the shares in the difference. */
  private static void addOdd(int[] v, int count) {
    for (int i = ROW; i < ROW + count; i++) {
      v[i] += v[i + ROW] + v[i + 2 * ROW] + v[i + 3 * ROW];
    }
  }

  private static void transform(int[] v, int count) {
    int half = 1 << (COLUMNS - 1);
    int rounding = 1 << (ROWS - 1);
    for (int i = 0; i < count; i++) {
      int m0 = (v[i] << (FRACTION + 2)) + half;
      int m1 = (v[i + PLACE] << (FRACTION + 2)) + half;
      int m3 = (v[i + 3 * PLACE] << (FRACTION + 2)) + half;
      int m5 = (v[i + 5 * PLACE] << (FRACTION + 2)) + half;
      int m7 = (v[i + 7 * PLACE] << (FRACTION + 2)) + half;
      int d0 = v[i + ROW];
      int d1 = v[i + ROW + PLACE];
      int d3 = v[i + ROW + 3 * PLACE];
      int d5 = v[i + ROW + 5 * PLACE];
      int d7 = v[i + ROW + 7 * PLACE];
      int mean = (((m0 + d0) >> COLUMNS) << (FRACTION + 2)) + rounding;
      int odd =
          ((m1 + d1) >> COLUMNS) * SHARE_1
              + ((m3 + d3) >> COLUMNS) * SHARE_3
              + ((m5 + d5) >> COLUMNS) * SHARE_5
              + ((m7 + d7) >> COLUMNS) * SHARE_7;
      int below = (((m0 - d0) >> COLUMNS) << (FRACTION + 2)) + rounding;
      int oddBelow =
          ((m1 - d1) >> COLUMNS) * SHARE_1
              + ((m3 - d3) >> COLUMNS) * SHARE_3
              + ((m5 - d5) >> COLUMNS) * SHARE_5
              + ((m7 - d7) >> COLUMNS) * SHARE_7;
      v[i] =
          pixel((mean + odd) >> ROWS)
              | pixel((mean - odd) >> ROWS) << 8
              | pixel((below + oddBelow) >> ROWS) << 16
              | pixel((below - oddBelow) >> ROWS) << 24;
    }
  }
}
