package org.finetune4j.engine.onnx.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.finetune4j.files.HalfPrecision;

/**
 * Real numbers of other widths than float32, which they become when they are read: of 64 bits what
 * float32 keeps, and its largest number instead of a larger one.
 */
public enum OtherReals {
  /** IEEE 754, 16 bits. */
  FLOAT16(10, Short.BYTES),

  /** IEEE 754, 64 bits. */
  FLOAT64(11, Double.BYTES),

  /** The upper half of a float32. */
  BFLOAT16(16, Short.BYTES);

  private final int number;
  private final int bytes;

  OtherReals(int number, int bytes) {
    this.number = number;
    this.bytes = bytes;
  }

  /** Returns the type of a number in {@code TensorProto.DataType}, if it is one of these. */
  public static Optional<OtherReals> of(long number) {
    return List.of(values()).stream().filter(it -> it.number == number).findFirst();
  }

  int bytes() {
    return bytes;
  }

  /** Returns the bytes of numbers that are listed one by one: bits in integers, or doubles. */
  ByteBuffer listed(List<Long> bits) {
    ByteBuffer listed =
        ByteBuffer.allocate(Math.multiplyExact(bits.size(), bytes)).order(ByteOrder.LITTLE_ENDIAN);
    for (long one : bits) {
      if (this == FLOAT64) {
        listed.putLong(one);
      } else {
        listed.putShort((short) one);
      }
    }
    return listed.flip();
  }

  /** Returns the same numbers as float32, all little-endian. */
  ByteBuffer toFloats(ByteBuffer stored) {
    ByteBuffer in = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
    IntToDoubleFunction read =
        switch (this) {
          case FLOAT16 -> i -> HalfPrecision.toFloat(in.getShort(Short.BYTES * i));
          case BFLOAT16 -> i -> HalfPrecision.brainToFloat(in.getShort(Short.BYTES * i));
          case FLOAT64 -> i -> in.getDouble(Double.BYTES * i);
        };
    int count = in.remaining() / bytes;
    ByteBuffer floats =
        ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      floats.putFloat(nearest(read.applyAsDouble(i)));
    }
    return floats.flip();
  }

  private static float nearest(double value) {
    float nearest = (float) value;
    boolean tooLarge = Float.isInfinite(nearest) && !Double.isInfinite(value);
    return tooLarge ? Math.copySign(Float.MAX_VALUE, nearest) : nearest;
  }
}
