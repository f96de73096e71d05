package org.finetune4j.engine.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.finetune4j.weights.Tensor;

/**
 * A named tensor inside an ONNX graph ("initializer").
 *
 * @param name unique in the graph
 * @param type what its values are
 * @param shape its dimensions
 * @param bytes its values, little-endian
 */
record OnnxConstant(String name, Type type, List<Integer> shape, ByteBuffer bytes) {
  /** The element types that are written, with their numbers in {@code TensorProto.DataType}. */
  enum Type {
    FLOAT(1, Float.BYTES),
    INT64(7, Long.BYTES);

    final int number;
    final int bytes;

    Type(int number, int bytes) {
      this.number = number;
      this.bytes = bytes;
    }
  }

  static OnnxConstant of(String name, Tensor tensor) {
    return new OnnxConstant(name, Type.FLOAT, tensor.shape(), tensor.bytes());
  }

  static OnnxConstant ofFloats(String name, List<Integer> shape, float... values) {
    return of(name, Tensor.of(values, shape));
  }

  static OnnxConstant ofLongs(String name, long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(bytes::putLong);
    return new OnnxConstant(name, Type.INT64, List.of(values.length), bytes.flip());
  }

  /** Returns the values as a tensor over the same memory. */
  Tensor tensor() {
    return Tensor.wrap(bytes, shape);
  }
}
