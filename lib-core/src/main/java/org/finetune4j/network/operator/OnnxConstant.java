package org.finetune4j.network.operator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * A number or a few that an operator needs and that are no weights.
 *
 * @param name unique in the graph
 * @param type what its values are
 * @param shape its dimensions; none for a scalar
 * @param bytes its values, little-endian
 */
public record OnnxConstant(String name, Type type, List<Integer> shape, ByteBuffer bytes) {
  /** The element types that are written, with their numbers in {@code TensorProto.DataType}. */
  public enum Type {
    FLOAT(1, Float.BYTES),
    UINT8(2, Byte.BYTES),
    INT8(3, Byte.BYTES),
    INT32(6, Integer.BYTES),
    INT64(7, Long.BYTES),
    BOOL(9, Byte.BYTES);

    private final int number;
    private final int bytes;

    Type(int number, int bytes) {
      this.number = number;
      this.bytes = bytes;
    }

    /** Returns the number in {@code TensorProto.DataType}. */
    public int number() {
      return number;
    }

    /** Returns the name that people know it by: {@code float32}, {@code int8} ... */
    @Override
    public String toString() {
      return this == FLOAT ? "float32" : name().toLowerCase(Locale.ROOT);
    }

    /** Returns how many bytes a value needs. */
    public int bytes() {
      return bytes;
    }
  }

  public static OnnxConstant ofFloats(String name, List<Integer> shape, float... values) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return new OnnxConstant(name, Type.FLOAT, shape, bytes.flip());
  }

  public static OnnxConstant ofLongs(String name, long... values) {
    ByteBuffer bytes = littleEndian(values.length * Long.BYTES);
    for (long value : values) {
      bytes.putLong(value);
    }
    return new OnnxConstant(name, Type.INT64, List.of(values.length), bytes.flip());
  }

  /**
   * Returns a constant of numbers that are followed as doubles.
   *
   * @param type of the numbers
   */
  public static OnnxConstant ofNumbers(
      String name, Type type, List<Integer> shape, List<Double> numbers) {
    ByteBuffer bytes = littleEndian(Math.multiplyExact(numbers.size(), type.bytes()));
    for (double number : numbers) {
      switch (type) {
        case FLOAT -> bytes.putFloat((float) number);
        case INT32 -> bytes.putInt((int) number);
        case INT64 -> bytes.putLong((long) number);
        case UINT8, INT8, BOOL -> bytes.put((byte) number);
      }
    }
    return new OnnxConstant(name, type, shape, bytes.flip());
  }

  /** Returns bytes, signed or not. */
  public static OnnxConstant ofBytes(String name, Type type, List<Integer> shape, byte... values) {
    return new OnnxConstant(name, type, shape, ByteBuffer.wrap(values));
  }

  /** Returns the values of an {@code INT64} constant. */
  public List<Long> longs() {
    LongBuffer values = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
    return LongStream.generate(values::get).limit(values.remaining()).boxed().toList();
  }

  /** Returns one of its values; whole numbers beyond 2^53 are rounded. */
  double number(int index) {
    ByteBuffer values = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case FLOAT -> (double) values.getFloat(index * Float.BYTES);
      case UINT8 -> (double) (values.get(index) & 0xff);
      case INT8, BOOL -> (double) values.get(index);
      case INT32 -> (double) values.getInt(index * Integer.BYTES);
      case INT64 -> (double) values.getLong(index * Long.BYTES);
    };
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
