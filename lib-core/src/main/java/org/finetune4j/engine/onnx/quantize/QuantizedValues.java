package org.finetune4j.engine.onnx.quantize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.engine.onnx.graph.OnnxWeight;
import org.finetune4j.network.operator.OnnxNode;

/** Rounds kernels, matrices and biases. */
final class QuantizedValues {
  private final QuantizationPlan plan;
  private final Map<String, Levels> levels;
  private final Map<String, ByteBuffer> floats;
  private final int largest;
  private final Map<String, ByteBuffer> values = new LinkedHashMap<>();

  private QuantizedValues(
      QuantizationPlan plan,
      Map<String, Levels> levels,
      Map<String, ByteBuffer> floats,
      int largest) {
    this.plan = plan;
    this.levels = levels;
    this.floats = floats;
    this.largest = largest;
  }

  /**
   * Returns the values of a quantised graph's weights.
   *
   * @param floats of the folded graph
   * @param largest level of a kernel, 127, or 63 for processors whose sums of 16 bits overflow
   */
  static Map<String, ByteBuffer> of(
      OnnxGraph quantized,
      QuantizationPlan plan,
      Map<String, Levels> levels,
      Map<String, ByteBuffer> floats,
      int largest) {
    QuantizedValues rounding = new QuantizedValues(plan, levels, floats, largest);
    rounding.values.putAll(floats);
    for (OnnxNode node : plan.graph().nodes()) {
      if (plan.isQuantized(node) && node.operator().equals("Conv")) {
        rounding.convolution(node);
      } else if (plan.isQuantized(node) && node.operator().equals("MatMul")) {
        rounding.matrix(node, quantized);
      }
    }
    rounding.values.keySet().retainAll(quantized.weights().keySet());
    return rounding.values;
  }

  private void convolution(OnnxNode node) {
    String kernelName = node.inputs().get(1);
    String biasName = node.inputs().get(2);
    float[] kernel = FoldedGraph.floats(floats, kernelName);
    float[] bias = FoldedGraph.floats(floats, biasName);
    float input = Objects.requireNonNull(levels.get(plan.source(node.inputs().get(0)))).scale();
    int each = kernel.length / bias.length;
    byte[] kernelLevels = new byte[kernel.length];
    float[] scales = new float[bias.length];
    float[] biasScales = new float[bias.length];
    ByteBuffer biasLevels =
        ByteBuffer.allocate(bias.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int filter = 0; filter < bias.length; filter++) {
      scales[filter] = scale(kernel, filter * each, each);
      for (int i = filter * each; i < (filter + 1) * each; i++) {
        kernelLevels[i] = (byte) clamp(Math.rint(kernel[i] / scales[filter]), largest);
      }
      biasScales[filter] = input * scales[filter];
      biasLevels.putInt(
          (int) clamp(Math.rint((double) bias[filter] / biasScales[filter]), Integer.MAX_VALUE));
    }
    values.put(kernelName + "/levels", ByteBuffer.wrap(kernelLevels));
    values.put(kernelName + "/level_scale", FoldedGraph.bytes(scales));
    values.put(biasName + "/levels", biasLevels.flip());
    values.put(biasName + "/level_scale", FoldedGraph.bytes(biasScales));
  }

  /** The columns are the filters. */
  private void matrix(OnnxNode node, OnnxGraph quantized) {
    String name = node.inputs().get(1);
    float[] kernel = FoldedGraph.floats(floats, name);
    OnnxWeight scale = Objects.requireNonNull(quantized.weights().get(name + "/level_scale"));
    int columns = scale.shape().get(0);
    byte[] kernelLevels = new byte[kernel.length];
    float[] scales = new float[columns];
    for (int column = 0; column < columns; column++) {
      float widest = 0;
      for (int i = column; i < kernel.length; i += columns) {
        widest = Math.max(widest, Math.abs(kernel[i]));
      }
      scales[column] = scale(widest);
      for (int i = column; i < kernel.length; i += columns) {
        kernelLevels[i] = (byte) clamp(Math.rint(kernel[i] / scales[column]), largest);
      }
    }
    values.put(name + "/levels", ByteBuffer.wrap(kernelLevels));
    values.put(name + "/level_scale", FoldedGraph.bytes(scales));
  }

  private float scale(float[] kernel, int from, int count) {
    float widest = 0;
    for (int i = from; i < from + count; i++) {
      widest = Math.max(widest, Math.abs(kernel[i]));
    }
    return scale(widest);
  }

  private float scale(float widest) {
    float scale = widest / largest;
    return scale >= Float.MIN_NORMAL ? scale : 1; // a filter of zeros
  }

  private static double clamp(double level, int largest) {
    return Math.max(-largest, Math.min(largest, level));
  }
}
