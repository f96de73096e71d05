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

  /** Behind so many bits that were read ahead stands a mark: the lowest bit that is set. */
  private static final int AHEAD = 56;

  private static final long MARK = 1L << (Long.SIZE - AHEAD - 1);

  private final byte[] file;
  private final int end;
  private int source;

  private final byte[] buffer = new byte[SIZE + UNIT + Long.BYTES];

  /** Where the next bit stands in the buffer. */
  int position;

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
    if ((position >> 3) + UNIT > filled && !drained) {
      copy();
    }
  }

  private void copy() {
    int at = position >> 3;
    System.arraycopy(buffer, at, buffer, 0, filled - at);
    filled -= at;
    position &= 7;
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

  /** Returns the next bits, the first at the top: 57 or more. */
  long peek() {
    return peek(position);
  }

  /** Returns the bits from a position on, the first at the top: 57 or more. */
  long peek(int from) {
    return (long) LONG.get(buffer, from >> 3) << (from & 7);
  }

  /**
   * Returns the next bits with a mark behind them, so that whoever takes bits from the top need not
   * count: as long as {@link #hasLook} and then {@link #skipTo}.
   */
  long ahead() {
    return (peek() & (-2 * MARK)) | MARK;
  }

  /** Returns whether as many bits are left as are looked up at once. */
  static boolean hasLook(long ahead) {
    return ahead << HuffmanTable.LOOK != 0;
  }

  /** Goes on with what is left of the bits that were read ahead. */
  void skipTo(long ahead) {
    skip(Long.numberOfTrailingZeros(ahead) - (Long.SIZE - AHEAD - 1));
  }

  void skip(int length) {
    position += length;
  }

  /** Returns so many bits, none to 32, as a number. */
  int read(int length) {
    int value = (int) (peek() >>> 1 >>> (Long.SIZE - 1 - length));
    position += length;
    return value;
  }

  /** Returns so many bits, none to 64, as a number. */
  long readLong(int length) {
    int more = Math.max(0, length - Integer.SIZE);
    long first = read(length - more) & 0xFFFF_FFFFL;
    return more == 0 ? first : first << more | (read(more) & 0xFFFF_FFFFL);
  }

  int bit() {
    return read(1);
  }

  /** Reads a code, perhaps with its number. */
  int entry(HuffmanTable table) throws NotPlainException {
    long bits = peek();
    int entry = table.entries[(int) (bits >>> (Long.SIZE - HuffmanTable.LOOK))];
    if (entry == 0) {
      entry = table.longCode((int) (bits >>> 48));
    }
    skip(entry & HuffmanTable.LENGTH);
    return entry;
  }

  /** Returns the number behind a code. */
  int number(int entry) {
    int size = entry >> 8 & 15;
    return (entry & HuffmanTable.COMPLETE) != 0
        ? entry >> 16
        : HuffmanTable.extend(read(size), size);
  }

  /** Returns how many bits are left before a marker or the end; below zero if none was. */
  private int left() {
    return 8 * filled - position;
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
    position = 8 * filled;
    drained = false;
    copy();
  }
}
