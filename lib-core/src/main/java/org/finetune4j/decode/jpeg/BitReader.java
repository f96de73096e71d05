package org.finetune4j.decode.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The coded bits of one scan. Some kilobytes at a time are copied without their stuffing, so that
 * eight bytes can be taken at once without a look at any. Behind the last bit zeros are read.
 */
final class BitReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** No unit takes as many bytes: it has ten blocks of 64 numbers at most, of four bytes each. */
  private static final int UNIT = 4_096;

  private static final int SIZE = 4 * UNIT;

  /** The next bits, the first at the top. */
  long bits;

  /** How many of them count; bits behind them may stand there already, the same ones. */
  int count;

  private final byte[] file;
  private final int end;
  private int source;

  final byte[] buffer = new byte[SIZE + UNIT + Long.BYTES];

  /** Where the next byte to read ahead stands in the buffer. */
  int at;

  private int filled;
  private boolean drained;

  BitReader(byte[] file, int start, int end) {
    this.file = file;
    this.source = start;
    this.end = end;
  }

  /**
   * Makes sure that a whole unit can be read.
   *
   * @throws NotPlainException if more was read than is there
   */
  void beginUnit() throws NotPlainException {
    check();
    if (at + UNIT > filled && !drained) {
      copy();
    }
  }

  private void copy() {
    System.arraycopy(buffer, at, buffer, 0, filled - at);
    filled -= at;
    at = 0;
    while (filled < SIZE && !drained) {
      int length = Math.min(SIZE - filled, Bytes.nextMark(file, source, end) - source);
      System.arraycopy(file, source, buffer, filled, length);
      filled += length;
      source += length;
      if (filled < SIZE) {
        if (source + 1 < end && file[source + 1] == 0) {
          buffer[filled++] = file[source];
          source += 2;
        } else {
          drained = true;
        }
      }
    }
    Arrays.fill(buffer, filled, buffer.length, (byte) 0);
  }

  /** Reads ahead: 56 bits or more. */
  void fill() {
    bits |= eight(buffer, at) >>> count;
    at += (63 - count) >> 3;
    count |= 56;
  }

  static long eight(byte[] buffer, int at) {
    return (long) LONG.get(buffer, at);
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

  /** Returns how many bits are left before a marker or the end; below zero if none was. */
  private int left() {
    return 8 * (filled - at) + count;
  }

  /** Refuses to go on where more was read than is there. */
  void check() throws NotPlainException {
    NotPlainException.require(left() >= 0, "it ends too early");
  }

  /** Goes on behind the restart marker that stands next. */
  void restart(int number) throws NotPlainException {
    boolean near = drained && left() < Long.SIZE;
    while (source + 1 < end && file[source] == -1 && file[source + 1] == -1) {
      source++;
    }
    boolean there =
        near
            && source + 1 < end
            && file[source] == -1
            && (file[source + 1] & 0xFF) == 0xD0 + number;
    NotPlainException.require(there, "no restart marker");
    source += 2;
    bits = 0;
    count = 0;
    at = filled;
    drained = false;
    copy();
  }
}
