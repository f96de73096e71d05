package org.finetune4j.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** What can be done to bytes without knowing what they mean, and to numbers among them. */
final class Fields {
  /** Where sizes, counts and offsets overflow, and their neighbours. */
  static final List<Long> EXTREMES =
      List.of(
          0L,
          1L,
          2L,
          3L,
          -1L,
          -2L,
          127L,
          128L,
          255L,
          256L,
          4096L,
          32767L,
          65535L,
          65536L,
          1L << 20,
          1L << 24,
          1L << 28,
          1L << 30,
          (1L << 31) - 1,
          1L << 31,
          (1L << 32) - 1,
          1L << 32,
          1L << 40,
          1L << 62,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          0x7FC00000L, // NaN
          0x7F800000L, // infinite
          0x7FF8000000000000L);

  private Fields() {}

  static long extreme(SplittableRandom random) {
    return EXTREMES.get(random.nextInt(EXTREMES.size()));
  }

  /** Bits flipped, bytes overwritten, cut off, repeated, removed, moved. */
  static Mutation anyBytes() {
    return (bytes, random) ->
        bytes.length < 2
            ? new byte[random.nextInt(4)]
            : switch (random.nextInt(8)) {
              case 0 ->
                  with(bytes, random.nextInt(bytes.length), it -> it ^ 1 << random.nextInt(8));
              case 1 -> with(bytes, random.nextInt(bytes.length), it -> random.nextInt(256));
              case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
              case 3 -> spliced(bytes, random, 0);
              case 4 -> spliced(bytes, random, 1);
              case 5 -> spliced(bytes, random, 2 + random.nextInt(3));
              default -> number(bytes, random.nextInt(bytes.length), random);
            };
  }

  /** Numbers near the beginning, where most of what a reader trusts stands. */
  static Mutation beginning(int reach) {
    return (bytes, random) ->
        bytes.length == 0
            ? bytes
            : number(bytes, random.nextInt(Math.min(reach, bytes.length)), random);
  }

  private interface ByteChange {
    int apply(int value);
  }

  private static byte[] with(byte[] bytes, int at, ByteChange change) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) change.apply(changed[at]);
    return changed;
  }

  /** A piece stands so many times. */
  private static byte[] spliced(byte[] bytes, SplittableRandom random, int times) {
    int from = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(256, bytes.length - from));
    int to = times == 1 ? random.nextInt(bytes.length - length + 1) : from;
    if (times == 1) { // copied over another place
      byte[] changed = bytes.clone();
      System.arraycopy(bytes, from, changed, to, length);
      return changed;
    }
    byte[] changed = new byte[bytes.length + (times - 1) * length];
    System.arraycopy(bytes, 0, changed, 0, from);
    for (int i = 0; i < times; i++) {
      System.arraycopy(bytes, from, changed, from + i * length, length);
    }
    int rest = from + length;
    System.arraycopy(bytes, rest, changed, from + times * length, bytes.length - rest);
    return changed;
  }

  /** Writes an extreme number of one, two, four or eight bytes. */
  static byte[] number(byte[] bytes, int at, SplittableRandom random) {
    byte[] changed = bytes.clone();
    ByteBuffer buffer = ByteBuffer.wrap(changed);
    buffer.order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long value = random.nextInt(8) == 0 ? random.nextInt(bytes.length + 1) : extreme(random);
    int room = bytes.length - at;
    switch (random.nextInt(4)) {
      case 0 -> buffer.put(at, (byte) value);
      case 1 -> buffer.putShort(room < 2 ? Math.max(0, bytes.length - 2) : at, (short) value);
      case 2 -> {
        if (room >= 4) {
          buffer.putInt(at, (int) value);
        }
      }
      default -> {
        if (room >= 8) {
          buffer.putLong(at, value);
        }
      }
    }
    return changed;
  }
}
