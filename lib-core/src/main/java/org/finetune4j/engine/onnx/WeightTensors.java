package org.finetune4j.engine.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.lang.ref.WeakReference;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.engine.onnx.graph.OnnxWeight;
import org.finetune4j.network.operator.OnnxConstant;

/**
 * Weights in memory that ONNX Runtime can read, while a session opens. Pieces of a mapped file are
 * read where they lie; what is on the heap is copied once.
 */
final class WeightTensors implements AutoCloseable {
  /**
   * The memory of the last copy, until the garbage collector takes it: opening many sessions one
   * after the other does not pile up native memory that no heap pressure would free.
   */
  private static final AtomicReference<WeakReference<ByteBuffer>> LAST =
      new AtomicReference<>(new WeakReference<>(null));

  private final OrtEnvironment environment;
  private final Map<String, OnnxTensorLike> tensors = new HashMap<>();
  private final ByteBuffer copies;

  private WeightTensors(OrtEnvironment environment, ByteBuffer copies) {
    this.environment = environment;
    this.copies = copies;
  }

  static WeightTensors of(
      OrtEnvironment environment, OnnxGraph graph, Map<String, ByteBuffer> values)
      throws OrtException {
    int copied =
        values.values().stream().filter(it -> !it.isDirect()).mapToInt(Buffer::remaining).sum();
    WeightTensors tensors = new WeightTensors(environment, memory(copied));
    for (OnnxWeight weight : graph.weights().values()) {
      tensors.add(weight, Objects.requireNonNull(values.get(weight.name())));
    }
    return tensors;
  }

  private static ByteBuffer memory(int bytes) {
    ByteBuffer last = LAST.getAndSet(new WeakReference<>(null)).get();
    return last != null && last.capacity() >= bytes
        ? last.clear()
        : ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private void add(OnnxWeight weight, ByteBuffer values) throws OrtException {
    ByteBuffer direct = values.slice();
    if (!values.isDirect()) {
      int length = values.remaining();
      copies.duplicate().put(values.slice());
      direct = copies.slice(copies.position(), length);
      copies.position(copies.position() + length);
    }
    long[] shape = weight.shape().stream().mapToLong(d -> d).toArray();
    direct.order(ByteOrder.nativeOrder());
    tensors.put(
        weight.name(), OnnxTensor.createTensor(environment, direct, shape, type(weight.type())));
  }

  private static OnnxJavaType type(OnnxConstant.Type type) {
    return switch (type) {
      case FLOAT -> OnnxJavaType.FLOAT;
      case BOOL -> OnnxJavaType.BOOL;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT8 -> OnnxJavaType.INT8;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
    };
  }

  Map<String, OnnxTensorLike> byName() {
    return tensors;
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensorLike::close);
    LAST.set(new WeakReference<>(copies));
  }
}
