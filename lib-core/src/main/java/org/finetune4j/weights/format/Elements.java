package org.finetune4j.weights.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.finetune4j.files.HalfPrecision;
import org.finetune4j.files.PrivateBytes;
import org.finetune4j.weights.Tensor;

/** How the numbers of a tensor are stored, and how they become float32. */
enum Elements {
  FLOAT32(4),
  FLOAT16(2),
  BFLOAT16(2),
  UINT8(1),
  UINT16(2),
  /** Counters such as {@code num_batches_tracked}: single numbers only. */
  INT32(4),
  /** Counters, as {@link #INT32}. */
  INT64(8);

  private final int bytes;

  Elements(int bytes) {
    this.bytes = bytes;
  }

  /** Returns how many bytes a tensor of this shape takes. */
  long bytes(List<Integer> shape, String owner) throws IOException {
    try {
      return shape.stream().mapToLong(d -> d).reduce(bytes, Math::multiplyExact);
    } catch (ArithmeticException e) {
      throw new IOException("the shape of '" + owner + "' is too large: " + shape, e);
    }
  }

  /**
   * Returns a tensor of these little-endian bytes; float32 is not copied.
   *
   * @param owner the tensor's name, for messages
   */
  Tensor decode(ByteBuffer stored, List<Integer> shape, String owner) throws IOException {
    ByteBuffer in = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() != bytes(shape, owner)) {
      throw new IOException(
          "'" + owner + "' " + shape + " does not fit " + in.remaining() + " bytes of " + this);
    }
    return switch (this) {
      case FLOAT32 -> Tensor.wrap(in, shape);
      case FLOAT16 ->
          convert(shape, in.remaining() / 2, i -> HalfPrecision.toFloat(in.getShort(2 * i)));
      case BFLOAT16 ->
          convert(shape, in.remaining() / 2, i -> HalfPrecision.brainToFloat(in.getShort(2 * i)));
      case INT32, INT64, UINT8, UINT16 -> counter(in, shape, owner);
    };
  }

  /** Returns {@code stored * scale + minimum}, as TensorFlow.js quantises. */
  Tensor dequantise(
      ByteBuffer stored, List<Integer> shape, double scale, double minimum, String owner)
      throws IOException {
    ByteBuffer in = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() != bytes(shape, owner)) {
      throw new IOException(
          "'" + owner + "' " + shape + " does not fit " + in.remaining() + " bytes of " + this);
    }
    return switch (this) {
      case UINT8 ->
          convert(shape, in.remaining(), i -> Byte.toUnsignedInt(in.get(i)) * scale + minimum);
      case UINT16 ->
          convert(
              shape,
              in.remaining() / 2,
              i -> Short.toUnsignedInt(in.getShort(2 * i)) * scale + minimum);
      default ->
          throw new IOException(
              "'" + owner + "' is quantised to " + this + ", not uint8 or uint16");
    };
  }

  private Tensor counter(ByteBuffer in, List<Integer> shape, String owner) throws IOException {
    if (in.remaining() != bytes) {
      throw new IOException(
          "'" + owner + "' " + shape + " holds integers (" + this + "), weights are float32");
    }
    return convert(
        shape,
        1,
        i ->
            switch (this) {
              case INT64 -> in.getLong(0);
              case INT32 -> in.getInt(0);
              case UINT16 -> Short.toUnsignedInt(in.getShort(0));
              default -> Byte.toUnsignedInt(in.get(0));
            });
  }

  /** Up to four bytes for one: where there is no memory for them, they lie in a file. */
  private static Tensor convert(List<Integer> shape, int size, IntToDoubleFunction value)
      throws IOException {
    ByteBuffer bytes =
        PrivateBytes.make(
            Math.multiplyExact(size, Float.BYTES),
            (target, offset) -> {
              FloatBuffer out = target.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
              for (int i = 0; i < out.limit(); i++) {
                out.put(i, (float) value.applyAsDouble(offset / Float.BYTES + i));
              }
            });
    return Tensor.wrap(bytes, shape);
  }
}
