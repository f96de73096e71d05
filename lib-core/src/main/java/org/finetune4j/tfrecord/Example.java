package org.finetune4j.tfrecord;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A {@code tf.train.Example}, as far as pictures need it: the first value of each feature that is
 * bytes or an integer.
 */
final class Example {
  private static final int FEATURES = 1;
  private static final int ENTRY = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int BYTES_LIST = 1;
  private static final int INT64_LIST = 3;
  private static final int FIRST = 1;

  /** Pictures have a dozen; each takes many times its bytes. */
  private static final int MOST_FEATURES = 10_000;

  private static final int SHOWN = 20;

  private final Map<String, ByteString> bytes = new LinkedHashMap<>();
  private final Map<String, Long> integers = new LinkedHashMap<>();

  /** Takes a message within another. */
  @FunctionalInterface
  private interface Field {
    void read(int number, int tag) throws IOException;
  }

  static Example parse(byte[] record) throws IOException {
    Example example = new Example();
    CodedInputStream in = CodedInputStream.newInstance(record);
    fields(
        in,
        (number, tag) -> {
          if (number != FEATURES) {
            in.skipField(tag);
            return;
          }
          within(
              in,
              (inner, innerTag) -> {
                if (inner == ENTRY) {
                  example.entry(in);
                } else {
                  in.skipField(innerTag);
                }
              });
        });
    return example;
  }

  private void entry(CodedInputStream in) throws IOException {
    String[] key = {""};
    Example value = new Example();
    within(
        in,
        (number, tag) -> {
          if (number == KEY) {
            key[0] = in.readString();
          } else if (number == VALUE) {
            within(in, (kind, kindTag) -> value.list(in, kind, kindTag));
          } else {
            in.skipField(tag);
          }
        });
    value.bytes.values().forEach(it -> bytes.put(key[0], it));
    value.integers.values().forEach(it -> integers.put(key[0], it));
    if (bytes.size() + integers.size() > MOST_FEATURES) {
      throw new IOException("it has more than " + MOST_FEATURES + " features");
    }
  }

  private void list(CodedInputStream in, int kind, int tag) throws IOException {
    if (kind != BYTES_LIST && kind != INT64_LIST) {
      in.skipField(tag);
      return;
    }
    within(
        in,
        (number, inner) -> {
          if (number != FIRST) {
            in.skipField(inner);
          } else if (kind == BYTES_LIST) {
            bytes.putIfAbsent("", in.readBytes());
          } else if (WireFormat.getTagWireType(inner) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            int limit = in.pushLimit(in.readRawVarint32());
            while (in.getBytesUntilLimit() > 0) {
              integers.putIfAbsent("", in.readInt64());
            }
            in.popLimit(limit);
          } else {
            integers.putIfAbsent("", in.readInt64());
          }
        });
  }

  private static void within(CodedInputStream in, Field field) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    fields(in, field);
    in.popLimit(limit);
  }

  private static void fields(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      field.read(WireFormat.getTagFieldNumber(tag), tag);
    }
  }

  Optional<ByteString> bytes(String name) {
    return Optional.ofNullable(bytes.get(name));
  }

  Optional<Long> integer(String name) {
    return Optional.ofNullable(integers.get(name));
  }

  /** The names of what it holds, or the first of them, for messages. */
  String names() {
    Map<String, Object> all = new LinkedHashMap<>(bytes);
    all.putAll(integers);
    return all.keySet().stream()
        .limit(SHOWN)
        .map(name -> name.length() > 200 ? name.substring(0, 200) + "..." : name)
        .toList()
        .toString();
  }

  Example with(String name, byte[] value) {
    bytes.put(name, ByteString.copyFrom(value));
    return this;
  }

  Example with(String name, String value) {
    return with(name, value.getBytes(StandardCharsets.UTF_8));
  }

  Example with(String name, long value) {
    integers.put(name, value);
    return this;
  }

  byte[] toBytes() throws IOException {
    ByteString.Output features = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(features);
    for (Map.Entry<String, ByteString> it : bytes.entrySet()) {
      out.writeBytes(ENTRY, entry(it.getKey(), BYTES_LIST, list(it.getValue())));
    }
    for (Map.Entry<String, Long> it : integers.entrySet()) {
      out.writeBytes(ENTRY, entry(it.getKey(), INT64_LIST, list(it.getValue())));
    }
    out.flush();
    return message(FEATURES, features.toByteString()).toByteArray();
  }

  private static ByteString entry(String name, int kind, ByteString list) throws IOException {
    return message(KEY, ByteString.copyFromUtf8(name)).concat(message(VALUE, message(kind, list)));
  }

  private static ByteString list(ByteString value) throws IOException {
    return message(FIRST, value);
  }

  /** Packed, as TensorFlow writes it. */
  private static ByteString list(long value) throws IOException {
    ByteString.Output packed = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(packed);
    out.writeInt64NoTag(value);
    out.flush();
    return message(FIRST, packed.toByteString());
  }

  private static ByteString message(int field, ByteString content) throws IOException {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeBytes(field, content);
    out.flush();
    return bytes.toByteString();
  }
}
