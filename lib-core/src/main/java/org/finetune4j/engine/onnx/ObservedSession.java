package org.finetune4j.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.network.Input;

/** A graph that shows values inside it. One thread at a time. */
public final class ObservedSession implements AutoCloseable {
  private final Input input;
  private final Set<String> values;
  private final NativeSession session;
  private final DirectBuffers buffers = new DirectBuffers();

  private ObservedSession(Input input, Set<String> values, NativeSession session) {
    this.input = input;
    this.values = values;
    this.session = session;
  }

  /**
   * Opens a graph.
   *
   * @param input its only input
   * @param weights the values of its weights
   * @param values the names of the values to show, outputs or not
   * @throws IllegalStateException if ONNX Runtime refuses it
   */
  public static ObservedSession open(
      Input input,
      OnnxGraph graph,
      Map<String, ByteBuffer> weights,
      Set<String> values,
      RuntimeOptions options) {
    Set<String> more = new java.util.LinkedHashSet<>(values);
    more.removeAll(graph.outputs().keySet());
    more.removeAll(graph.inputs().keySet());
    return new ObservedSession(input, values, NativeSession.open(graph, weights, more, options));
  }

  /** Runs samples and shows every value, all samples one behind the other. */
  public void run(int samples, FloatBuffer batch, BiConsumer<String, FloatBuffer> observer) {
    try (BatchTensors tensors = new BatchTensors(session.environment(), buffers)) {
      tensors.add(input, samples, batch);
      try (OrtSession.Result result = session.run(tensors.byName())) {
        for (String value : values) {
          if (value.equals(input.name())) {
            observer.accept(value, batch.duplicate());
          } else {
            OnnxTensor tensor = (OnnxTensor) result.get(value).orElseThrow();
            observer.accept(value, tensor.getFloatBuffer());
          }
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    session.run();
  }
}
