package org.finetune4j.hostile;

import com.google.common.primitives.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** A zip file of stored entries whose table may say anything (PKWARE's APPNOTE, 4.3). */
final class RawZip {
  private static final int LOCAL = 0x04034B50;
  private static final int ENTRY = 0x02014B50;
  private static final int END = 0x06054B50;

  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private final ByteArrayOutputStream table = new ByteArrayOutputStream();
  private int entries;

  /** Adds an entry. */
  RawZip with(String name, byte[] bytes) {
    return with(name, name, 0, bytes.length, bytes, new byte[0]);
  }

  /**
   * Adds an entry that contradicts itself.
   *
   * @param local the name before its bytes
   * @param flags 1 for encrypted, 8 for sizes behind the bytes
   * @param size what the table says
   * @param extra fields of the table
   */
  RawZip with(String name, String local, int flags, int size, byte[] bytes, byte[] extra) {
    return with(name, local, flags, 0, size, bytes, extra);
  }

  /** Adds an entry whose bytes were packed by a method. */
  RawZip with(
      String name, String local, int flags, int method, int size, byte[] bytes, byte[] extra) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    int offset = content.size();
    content.writeBytes(
        head(30, LOCAL, flags, method, sum, bytes.length, size)
            .putShort(26, (short) local.length())
            .array());
    content.writeBytes(ascii(local));
    content.writeBytes(bytes);
    table.writeBytes(
        head(46, ENTRY, flags, method, sum, bytes.length, size)
            .putShort(28, (short) name.length())
            .putShort(30, (short) extra.length)
            .putInt(42, offset)
            .array());
    table.writeBytes(ascii(name));
    table.writeBytes(extra);
    entries++;
    return this;
  }

  /** The fields that both kinds of heads have; those of the table begin two bytes later. */
  private static ByteBuffer head(
      int length, int signature, int flags, int method, CRC32 sum, int packed, int size) {
    int shift = signature == ENTRY ? 2 : 0;
    return little(length)
        .putInt(0, signature)
        .putShort(4, (short) 20)
        .putShort(4 + shift, (short) 20)
        .putShort(6 + shift, (short) flags)
        .putShort(8 + shift, (short) method)
        .putInt(14 + shift, (int) sum.getValue())
        .putInt(18 + shift, packed)
        .putInt(22 + shift, size);
  }

  byte[] bytes() {
    return bytes(1, new byte[0]);
  }

  /**
   * Returns the file.
   *
   * @param times so often the table stands there
   * @param comment behind its end
   */
  byte[] bytes(int times, byte[] comment) {
    byte[] all = Crafted.times(times, table.toByteArray());
    byte[] end =
        ByteBuffer.allocate(22)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0, END)
            .putShort(8, (short) (entries * times))
            .putShort(10, (short) (entries * times))
            .putInt(12, all.length)
            .putInt(16, content.size())
            .putShort(20, (short) comment.length)
            .array();
    return Bytes.concat(content.toByteArray(), all, end, comment);
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
