package org.finetune4j.hostile;

import com.google.common.primitives.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Protobuf messages, written field by field. */
final class Proto {
  private Proto() {}

  /** Returns a field that is a message, bytes or packed numbers. */
  static byte[] field(int number, byte[]... content) {
    byte[] all = Bytes.concat(content);
    return Bytes.concat(varint((number << 3) | 2), varint(all.length), all);
  }

  static byte[] field(int number, String text) {
    return field(number, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] field(int number, long value) {
    return Bytes.concat(varint((long) number << 3), varint(value));
  }

  static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }
}
