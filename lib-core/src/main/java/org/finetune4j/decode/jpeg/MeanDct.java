package org.finetune4j.decode.jpeg;

/** Blocks that become a pixel. */
final class MeanDct extends InverseDct {
  MeanDct() {
    super(1);
  }

  @Override
  int place(int x, int y) {
    return x == 0 && y == 0 ? 0 : 1;
  }

  @Override
  void write(int count, byte[] plane, int start, int step, int stride) {
    for (int block = 0; block < count; block++) {
      plane[start + block * step] = (byte) pixel((values[block] + 4) >> 3);
    }
    forget();
  }
}
