package org.finetune4j.engine.onnx.quantize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.engine.onnx.graph.OnnxWeight;
import org.finetune4j.network.operator.OnnxConstant;

/**
 * A graph that computes the same with fewer operators: zeros around a map became padding of the
 * convolution that reads it, batch normalisation behind a convolution became part of its kernel and
 * bias. Its structure depends on the original graph alone, not on values.
 *
 * @param graph with one kernel and one bias per folded convolution, under the kernel's name and
 *     {@code node/bias}
 * @param folds by the name of the kernel
 */
public record FoldedGraph(OnnxGraph graph, Map<String, Fold> folds) {
  /** Folds a graph. */
  public static FoldedGraph of(OnnxGraph original) {
    return new GraphFolding(original).fold();
  }

  /** Returns the values of this graph's weights. */
  public Map<String, ByteBuffer> values(OnnxGraph original, Map<String, ByteBuffer> originals) {
    Map<String, ByteBuffer> sources = new LinkedHashMap<>(originals);
    original.constants().stream()
        .filter(it -> it.type() == OnnxConstant.Type.FLOAT)
        .forEach(it -> sources.put(it.name(), it.bytes()));
    Map<String, ByteBuffer> values = new LinkedHashMap<>();
    graph.weights().keySet().forEach(name -> values.put(name, find(sources, name)));
    folds.forEach((kernel, fold) -> fold(kernel, fold, sources, values));
    return values;
  }

  private static ByteBuffer find(Map<String, ByteBuffer> sources, String name) {
    return sources.getOrDefault(name, ByteBuffer.allocate(0)); // made by a fold below
  }

  private void fold(
      String name, Fold fold, Map<String, ByteBuffer> sources, Map<String, ByteBuffer> values) {
    OnnxWeight weight = Objects.requireNonNull(graph.weights().get(name));
    int filters = weight.shape().get(0);
    float[] kernel = floats(sources, fold.kernel());
    float[] bias = fold.bias().map(it -> floats(sources, it)).orElseGet(() -> new float[filters]);
    fold.norm().ifPresent(norm -> multiplyIn(norm, sources, kernel, bias));
    values.put(name, bytes(kernel));
    values.put(fold.foldedBias(), bytes(bias));
  }

  /** y = (x - mean) * gamma / sqrt(variance + epsilon) + beta, in double precision. */
  private static void multiplyIn(
      Fold.Norm norm, Map<String, ByteBuffer> sources, float[] kernel, float[] bias) {
    float[] gamma = floats(sources, norm.gamma());
    float[] beta = floats(sources, norm.beta());
    float[] mean = floats(sources, norm.mean());
    float[] variance = floats(sources, norm.variance());
    int each = kernel.length / bias.length;
    for (int filter = 0; filter < bias.length; filter++) {
      double factor = gamma[filter] / Math.sqrt((double) variance[filter] + norm.epsilon());
      for (int i = filter * each; i < (filter + 1) * each; i++) {
        kernel[i] = (float) (kernel[i] * factor);
      }
      bias[filter] = (float) ((bias[filter] - mean[filter]) * factor + beta[filter]);
    }
  }

  static float[] floats(Map<String, ByteBuffer> sources, String name) {
    FloatBuffer buffer =
        Objects.requireNonNull(sources.get(name), name)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  static ByteBuffer bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }
}
