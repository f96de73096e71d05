package org.finetune4j.engine.onnx.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The fields of one protobuf message, one after the other. Nothing is copied and nothing recurses:
 * a message inside is a slice that somebody may look at in turn. Every length is held against what
 * is there.
 */
final class ProtoFields {
  /** Names and texts of ONNX files are short. */
  private static final int LONGEST_TEXT = 4096;

  private final ByteBuffer bytes;
  private int field;
  private int wire;
  private ByteBuffer piece;
  private long number;

  ProtoFields(ByteBuffer message) {
    bytes = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    piece = bytes;
  }

  /** Goes to the next field; false at the end. */
  boolean next() throws IOException {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = varint();
    field = (int) Math.min(tag >>> 3, Integer.MAX_VALUE);
    wire = (int) (tag & 7);
    switch (wire) {
      case 0 -> number = varint();
      case 1 -> number = fixed(8).getLong();
      case 2 -> piece = fixed(varint());
      case 5 -> number = fixed(4).getInt();
      default -> throw new IOException("it is no protobuf message: wire type " + wire);
    }
    return true;
  }

  int field() {
    return field;
  }

  private long varint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!bytes.hasRemaining()) {
        break;
      }
      byte next = bytes.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("it is no protobuf message: a number does not end");
  }

  private ByteBuffer fixed(long length) throws IOException {
    if (length < 0 || length > bytes.remaining()) {
      throw new IOException(
          "it is cut off or damaged: field "
              + field
              + " is said to have "
              + length
              + " bytes, but "
              + bytes.remaining()
              + " are left");
    }
    ByteBuffer slice = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + (int) length);
    return slice;
  }

  /** Returns the field as a message or bytes. */
  ByteBuffer message() throws IOException {
    require(2);
    return piece.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  long integer() throws IOException {
    require(0);
    return number;
  }

  float real() throws IOException {
    require(5);
    return Float.intBitsToFloat((int) number);
  }

  String text() throws IOException {
    require(2);
    if (piece.remaining() > LONGEST_TEXT) {
      throw new IOException("a name has " + piece.remaining() + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(piece.duplicate()).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("a name is no UTF-8", e);
    }
  }

  /** Hands over the numbers of a repeated field, packed or one by one. */
  void integers(Numbers receiver) throws IOException {
    if (wire == 0) {
      receiver.accept(number);
      return;
    }
    ProtoFields packed = new ProtoFields(message());
    while (packed.bytes.hasRemaining()) {
      receiver.accept(packed.varint());
    }
  }

  /** Hands over the bits of the numbers of a repeated field, packed or one by one. */
  void reals(Numbers receiver) throws IOException {
    if (wire == 5) {
      receiver.accept(number);
      return;
    }
    ByteBuffer packed = message();
    while (packed.remaining() >= Float.BYTES) {
      receiver.accept(packed.getInt());
    }
  }

  /** Hands over the bits of the numbers of 64 bits of a repeated field, packed or one by one. */
  void doubles(Numbers receiver) throws IOException {
    if (wire == 1) {
      receiver.accept(number);
      return;
    }
    ByteBuffer packed = message();
    while (packed.remaining() >= Double.BYTES) {
      receiver.accept(packed.getLong());
    }
  }

  /** Gets numbers. */
  @FunctionalInterface
  interface Numbers {
    void accept(long number) throws IOException;
  }

  private void require(int expected) throws IOException {
    if (wire != expected) {
      throw new IOException("it is no ONNX model: field " + field + " has wire type " + wire);
    }
  }
}
