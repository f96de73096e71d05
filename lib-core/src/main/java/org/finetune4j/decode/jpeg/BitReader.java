package org.finetune4j.decode.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The coded bits of one scan, stuffing left out. Behind the last one zeros are read. */
final class BitReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** The next bits, the first at the top. */
  long bits;

  /** How many of them count. */
  int count;

  private final byte[] data;
  private final int end;
  private int at;
  private int invented;

  BitReader(byte[] data, int start, int end) {
    this.data = data;
    this.at = start;
    this.end = end;
  }

  /** Reads ahead: at least 32 bits, if there are fewer than 48. */
  void fill() {
    while (at + Long.BYTES < end) {
      long next = (long) LONG.get(data, at);
      long marks = Bytes.marks(next);
      int bytes = (63 - count) >> 3;
      if (marks == 0) {
        // Bits behind those that count come once more, the same ones.
        bits |= next >>> count;
        at += bytes;
        count += 8 * bytes;
        return;
      }
      int stuffed = (Long.numberOfLeadingZeros(marks) >> 3) + 1;
      if (stuffed > bytes) {
        take(next, bytes);
        return;
      }
      if (data[at + stuffed] != 0) {
        break;
      }
      take(next, stuffed);
      at++;
      if (count >= 32) {
        return;
      }
    }
    fillByBytes();
  }

  private void take(long next, int bytes) {
    bits =
        (count == 0 ? 0 : bits & (-1L << (64 - count)))
            | (next & -1L << (64 - 8 * bytes)) >>> count;
    at += bytes;
    count += 8 * bytes;
  }

  private void fillByBytes() {
    bits = count == 0 ? 0 : bits & (-1L << (64 - count));
    while (count <= 56) {
      int next = 0;
      if (at < end && data[at] != -1) {
        next = data[at++] & 0xFF;
      } else if (at + 1 < end && data[at + 1] == 0) {
        next = 0xFF;
        at += 2;
      } else {
        invented += 8;
      }
      bits |= (long) next << (56 - count);
      count += 8;
    }
  }

  int read(int length) {
    if (count < length) {
      fill();
    }
    int value = (int) (bits >>> (64 - length));
    skip(length);
    return value;
  }

  int bit() {
    return read(1);
  }

  void skip(int length) {
    bits <<= length;
    count -= length;
  }

  /** Refuses to go on where more was read than is there. */
  void check() throws NotPlainException {
    NotPlainException.require(count >= invented, "it ends too early");
  }

  /** Goes on behind the restart marker that stands next. */
  void restart(int number) throws NotPlainException {
    check();
    // What was read ahead stays before the marker: it stops at one.
    bits = 0;
    count = 0;
    invented = 0;
    while (at + 1 < end && data[at] == -1 && data[at + 1] == -1) {
      at++;
    }
    boolean there = at + 1 < end && data[at] == -1 && (data[at + 1] & 0xFF) == 0xD0 + number;
    NotPlainException.require(there, "no restart marker");
    at += 2;
  }
}
