package org.finetune4j.decode;

/** Pixels packed as runs (BI_RLE8, BI_RLE4): what is skipped keeps color 0, as in Pillow. */
final class BmpRuns {
  private final byte[] file;
  private final boolean nibbles;
  private int at;

  BmpRuns(byte[] file, int start, boolean nibbles) {
    this.file = file;
    this.at = Math.max(0, start);
    this.nibbles = nibbles;
  }

  private int next() {
    return at < file.length ? file[at++] & 0xFF : -1;
  }

  /**
   * Unpacks rows, the lowest first, until the end mark or the end of the file.
   *
   * @return whether neither the last pixel nor an end mark is missing
   */
  boolean unpack(byte[] target, int offset, int stride, int width, int height) {
    int x = 0;
    int y = 0;
    while (y < height) {
      int count = next();
      int value = next();
      if (value < 0) {
        return y == height - 1 && x >= width;
      }
      if (count > 0) {
        for (int i = 0; i < count && x < width; i++) {
          target[offset + y * stride + x++] = (byte) index(value, i);
        }
      } else if (value == 0) {
        x = 0;
        y++;
      } else if (value == 1) {
        return true;
      } else if (value == 2) {
        x += Math.max(0, next());
        y += Math.max(0, next());
      } else {
        x = literal(value, target, offset + y * stride, x, width);
      }
    }
    return true;
  }

  /** Copies pixels as they are; they fill an even number of bytes. */
  private int literal(int count, byte[] target, int row, int from, int width) {
    int x = from;
    int packed = 0;
    for (int i = 0; i < count; i++) {
      if (!nibbles || i % 2 == 0) {
        packed = next();
      }
      if (packed >= 0 && x < width) {
        target[row + x++] = (byte) index(packed, i);
      }
    }
    int length = nibbles ? (count + 1) / 2 : count;
    at += length & 1;
    return x;
  }

  private int index(int value, int i) {
    if (!nibbles) {
      return value;
    }
    return i % 2 == 0 ? value >> 4 : value & 0xF;
  }
}
