package org.finetune4j.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

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

  static WeightTensors of(OrtEnvironment environment, Weights weights) throws OrtException {
    int copied =
        weights.tensors().values().stream()
            .filter(it -> !it.values().isDirect())
            .mapToInt(it -> it.size() * Float.BYTES)
            .sum();
    WeightTensors tensors = new WeightTensors(environment, memory(copied));
    for (Map.Entry<String, Tensor> weight : weights.tensors().entrySet()) {
      tensors.add(weight.getKey(), weight.getValue());
    }
    return tensors;
  }

  private static ByteBuffer memory(int bytes) {
    ByteBuffer last = LAST.getAndSet(new WeakReference<>(null)).get();
    return last != null && last.capacity() >= bytes
        ? last.clear()
        : ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private void add(String name, Tensor weight) throws OrtException {
    FloatBuffer values = weight.values();
    if (!values.isDirect()) {
      ByteBuffer copy = copies.slice().order(ByteOrder.nativeOrder());
      values = copy.asFloatBuffer().put(values).flip();
      copies.position(copies.position() + weight.size() * Float.BYTES);
    }
    long[] shape = weight.shape().stream().mapToLong(d -> d).toArray();
    tensors.put(name, OnnxTensor.createTensor(environment, values, shape));
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
