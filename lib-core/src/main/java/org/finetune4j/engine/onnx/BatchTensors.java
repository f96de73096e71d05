package org.finetune4j.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.finetune4j.network.Input;

/** The inputs of one call, in memory that ONNX Runtime can read. */
final class BatchTensors implements AutoCloseable {
  private final OrtEnvironment environment;
  private final DirectBuffers buffers;
  private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
  private final List<ByteBuffer> borrowed = new ArrayList<>();

  BatchTensors(OrtEnvironment environment, DirectBuffers buffers) {
    this.environment = environment;
    this.buffers = buffers;
  }

  void add(Input input, int samples, FloatBuffer values) throws OrtException {
    long[] shape =
        LongStream.concat(
                LongStream.of(samples), input.shape().dimensions().stream().mapToLong(d -> d))
            .toArray();
    tensors.put(input.name(), OnnxTensor.createTensor(environment, direct(values), shape));
  }

  /** ONNX Runtime would copy a heap buffer into a new direct one, and misread a foreign order. */
  private FloatBuffer direct(FloatBuffer values) {
    if (values.isDirect() && values.order() == ByteOrder.nativeOrder()) {
      return values;
    }
    ByteBuffer buffer = buffers.borrow(Math.multiplyExact(values.remaining(), Float.BYTES));
    borrowed.add(buffer);
    return buffer.asFloatBuffer().put(values.duplicate()).flip();
  }

  Map<String, OnnxTensor> byName() {
    return tensors;
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
    borrowed.forEach(buffers::giveBack);
  }
}
