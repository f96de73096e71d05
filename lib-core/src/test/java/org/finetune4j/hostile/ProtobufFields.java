package org.finetune4j.hostile;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Changes one field of a protobuf message or of one inside of it; the lengths around it fit. */
final class ProtobufFields implements Mutation {
  private record Field(int tag, long number, ByteString bytes) {}

  @Override
  public byte[] apply(byte[] bytes, SplittableRandom random) {
    List<Field> fields = parse(bytes).orElse(List.of());
    if (fields.isEmpty()) {
      return Fields.anyBytes().apply(bytes, random);
    }
    List<Field> changed = new ArrayList<>(fields);
    int at = random.nextInt(fields.size());
    Field field = fields.get(at);
    switch (random.nextInt(10)) {
      case 0 -> changed.remove(at);
      case 1 -> changed.add(at, field);
      case 2 -> changed.set(at, new Field(field.tag + 8, field.number, field.bytes));
      case 3 -> changed.add(fields.get(random.nextInt(fields.size())));
      default -> changed.set(at, inside(field, random));
    }
    return write(changed);
  }

  private Field inside(Field field, SplittableRandom random) {
    if (WireFormat.getTagWireType(field.tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      return new Field(field.tag, Fields.extreme(random), field.bytes);
    }
    byte[] changed = apply(field.bytes.toByteArray(), random);
    return new Field(field.tag, 0, ByteString.copyFrom(changed));
  }

  private static Optional<List<Field>> parse(byte[] bytes) {
    List<Field> fields = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    try {
      while (!in.isAtEnd()) {
        int tag = in.readTag();
        switch (WireFormat.getTagWireType(tag)) {
          case WireFormat.WIRETYPE_VARINT ->
              fields.add(new Field(tag, in.readRawVarint64(), ByteString.EMPTY));
          case WireFormat.WIRETYPE_FIXED32 ->
              fields.add(new Field(tag, in.readRawLittleEndian32(), ByteString.EMPTY));
          case WireFormat.WIRETYPE_LENGTH_DELIMITED ->
              fields.add(new Field(tag, 0, in.readBytes()));
          default -> {
            return Optional.empty();
          }
        }
      }
    } catch (IOException none) {
      return Optional.empty();
    }
    return Optional.of(fields);
  }

  private static byte[] write(List<Field> fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      for (Field field : fields) {
        out.writeUInt32NoTag(field.tag);
        switch (WireFormat.getTagWireType(field.tag)) {
          case WireFormat.WIRETYPE_VARINT -> out.writeUInt64NoTag(field.number);
          case WireFormat.WIRETYPE_FIXED32 -> out.writeFixed32NoTag((int) field.number);
          default -> out.writeBytesNoTag(field.bytes);
        }
      }
      out.flush();
    } catch (IOException e) {
      throw new AssertionError(Arrays.toString(fields.toArray()), e);
    }
    return bytes.toByteArray();
  }
}
