package org.finetune4j.engine.onnx.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A number or a few that an operator needs and that are no weights.
 *
 * @param name unique in the graph
 * @param type what its values are
 * @param shape its dimensions; none for a scalar
 * @param bytes its values, little-endian
 */
record OnnxConstant(String name, Type type, List<Integer> shape, ByteBuffer bytes) {
  /** The element types that are written, with their numbers in {@code TensorProto.DataType}. */
  enum Type {
    FLOAT(1),
    INT64(7);

    final int number;

    Type(int number) {
      this.number = number;
    }
  }

  static OnnxConstant ofFloats(String name, List<Integer> shape, float... values) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return new OnnxConstant(name, Type.FLOAT, shape, bytes.flip());
  }

  static OnnxConstant ofLongs(String name, long... values) {
    ByteBuffer bytes = littleEndian(values.length * Long.BYTES);
    for (long value : values) {
      bytes.putLong(value);
    }
    return new OnnxConstant(name, Type.INT64, List.of(values.length), bytes.flip());
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
