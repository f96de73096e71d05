package org.finetune4j.decode.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for the bytes that markers begin with, eight at a time. */
public final class Bytes {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;

  private Bytes() {}

  /** Returns eight bytes, the top bit of each set where the byte is {@code FF}. */
  private static long marks(long bytes) {
    long inverse = ~bytes;
    return ~(((inverse & LOW_BITS) + LOW_BITS) | inverse | LOW_BITS);
  }

  /** Returns where the next byte {@code FF} stands before an end; the end if none does. */
  public static int nextMark(byte[] data, int from, int end) {
    int at = from;
    while (at + Long.BYTES <= end) {
      long marks = marks((long) LONG.get(data, at));
      if (marks != 0) {
        return at + (Long.numberOfLeadingZeros(marks) >> 3);
      }
      at += Long.BYTES;
    }
    while (at < end && data[at] != -1) {
      at++;
    }
    return at;
  }
}
