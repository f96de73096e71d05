package org.finetune4j.engine.onnx.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.network.operator.OnnxConstant;

/**
 * A tensor of a file.
 *
 * @param name may be empty, inside of an attribute
 * @param type of its numbers; reals of any width are float32
 * @param shape its dimensions
 * @param bytes its numbers, little-endian
 */
public record RawTensor(
    String name, OnnxConstant.Type type, List<Integer> shape, ByteBuffer bytes) {
  private static final int MOST_RANK = 8;

  /** Large tensors are stored as bytes, by all who write files. */
  private static final int MOST_LISTED = 1 << 22;

  private static final List<String> TYPES =
      List.of(
          "undefined",
          "float32",
          "uint8",
          "int8",
          "uint16",
          "int16",
          "int32",
          "int64",
          "string",
          "bool",
          "float16",
          "float64",
          "uint32",
          "uint64",
          "complex64",
          "complex128",
          "bfloat16");

  /** Reads a TensorProto. */
  static RawTensor read(ByteBuffer message, ExternalData external, ReadLimits limits)
      throws IOException {
    String name = "";
    List<Long> dims = new ArrayList<>();
    long number = 0;
    List<Long> integers = new ArrayList<>();
    List<Long> floats = new ArrayList<>();
    List<Long> doubles = new ArrayList<>();
    Optional<ByteBuffer> raw = Optional.empty();
    Map<String, String> elsewhere = Map.of();
    boolean isElsewhere = false;
    ProtoFields fields = new ProtoFields(message);
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> fields.integers(dim -> addLimited(dims, dim, MOST_RANK));
        case 2 -> number = fields.integer();
        case 3 -> throw new IOException("a tensor is stored in segments");
        case 4 -> fields.reals(number32 -> addLimited(floats, number32, MOST_LISTED));
        case 5, 7 ->
            fields.integers(
                whole -> {
                  limits.number();
                  integers.add(whole);
                });
        case 8 -> name = fields.text();
        case 9 -> raw = Optional.of(fields.message());
        case 10 -> fields.doubles(bits -> addLimited(doubles, bits, MOST_LISTED));
        case 13 -> elsewhere = ExternalData.entry(elsewhere, fields.message());
        case 14 -> isElsewhere = fields.integer() == 1;
        default -> {} // documentation; numbers of types that are refused
      }
    }
    Optional<OtherReals> other = OtherReals.of(number);
    OnnxConstant.Type type = other.isPresent() ? OnnxConstant.Type.FLOAT : type(number, name);
    List<Integer> shape = shape(dims, name);
    long length = length(shape, other.map(OtherReals::bytes).orElse(type.bytes()), name);
    ByteBuffer bytes;
    if (isElsewhere) {
      bytes = external.read(name, elsewhere, length);
    } else if (raw.isPresent()) {
      bytes = raw.get();
    } else if (other.isPresent()) {
      bytes = other.get().listed(other.get() == OtherReals.FLOAT64 ? doubles : integers);
    } else {
      bytes = fromNumbers(type, floats, integers);
    }
    if (bytes.remaining() != length) {
      throw new IOException(
          "tensor '"
              + name
              + "' of "
              + shape
              + " has "
              + bytes.remaining()
              + " bytes, not "
              + length);
    }
    return new RawTensor(
        name, type, shape, other.isPresent() ? other.get().toFloats(bytes) : bytes);
  }

  private static void addLimited(List<Long> numbers, long number, int most) throws IOException {
    if (numbers.size() == most) {
      throw new IOException("a tensor has more than " + most + " dimensions or listed numbers");
    }
    numbers.add(number);
  }

  static OnnxConstant.Type type(long number, String name) throws IOException {
    for (OnnxConstant.Type type : OnnxConstant.Type.values()) {
      if (type.number() == number) {
        return type;
      }
    }
    throw new IOException(
        "tensor '"
            + name
            + "' holds "
            + typeName(number)
            + ", but weights are float32, float16, bfloat16 or float64 here. Export the model in"
            + " float32; to make it small, round the classifier afterwards with Quantizer");
  }

  static String typeName(long number) {
    return number >= 0 && number < TYPES.size() ? TYPES.get((int) number) : "type " + number;
  }

  private static List<Integer> shape(List<Long> dims, String name) throws IOException {
    for (long dim : dims) {
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw new IOException("tensor '" + name + "' has dimensions " + dims);
      }
    }
    return dims.stream().map(Long::intValue).toList();
  }

  private static long length(List<Integer> shape, int each, String name) throws IOException {
    try {
      long length = each;
      for (int dim : shape) {
        length = Math.multiplyExact(length, dim);
      }
      return length;
    } catch (ArithmeticException e) {
      throw new IOException("tensor '" + name + "' has dimensions " + shape, e);
    }
  }

  private static ByteBuffer fromNumbers(
      OnnxConstant.Type type, List<Long> floats, List<Long> integers) {
    List<Long> numbers = type == OnnxConstant.Type.FLOAT ? floats : integers;
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(numbers.size(), type.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long number : numbers) {
      switch (type) {
        case FLOAT, INT32 -> bytes.putInt((int) number);
        case INT64 -> bytes.putLong(number);
        case UINT8, INT8, BOOL -> bytes.put((byte) number);
      }
    }
    return bytes.flip();
  }

  static RawTensor floats(List<Float> values) {
    float[] numbers = new float[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values.get(i);
    }
    OnnxConstant it = OnnxConstant.ofFloats("floats", List.of(numbers.length), numbers);
    return new RawTensor("", it.type(), it.shape(), it.bytes());
  }

  public OnnxConstant constant(String newName) {
    return new OnnxConstant(newName, type, shape, bytes);
  }
}
