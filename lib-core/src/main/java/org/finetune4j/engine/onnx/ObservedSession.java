package org.finetune4j.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
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
    Set<String> more = new LinkedHashSet<>(values);
    more.removeAll(graph.outputs().keySet());
    more.removeAll(graph.inputs().keySet());
    return new ObservedSession(input, values, NativeSession.open(graph, weights, more, options));
  }

  /** Runs one sample and returns every value that is shown. */
  public Map<String, FloatBuffer> run(FloatBuffer sample) {
    try (BatchTensors tensors = new BatchTensors(session.environment(), buffers)) {
      tensors.add(input, 1, sample);
      try (OrtSession.Result result = session.run(tensors.byName())) {
        Map<String, FloatBuffer> seen = new HashMap<>();
        for (String value : values) {
          seen.put(
              value,
              value.equals(input.name())
                  ? sample.duplicate()
                  : ((OnnxTensor) result.get(value).orElseThrow()).getFloatBuffer());
        }
        return seen;
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
