package org.finetune4j.engine.onnx.quantize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.finetune4j.engine.onnx.graph.OnnxWeight;
import org.finetune4j.network.operator.OnnxNode;

/**
 * Rounds kernels, matrices and biases. What rounding a filter adds to its output on average is
 * taken off its bias (Nagel et al. 2019, <i>Data-free quantization through weight equalization and
 * bias correction</i>): behind ReLU means are not 0, so errors of weights do not cancel out.
 */
final class QuantizedValues {
  private final QuantizationPlan plan;
  private final Map<String, Levels> levels;
  private final Map<String, ChannelMoments> moments;
  private final Map<String, ByteBuffer> floats;
  private final int largest;
  private final Map<String, ByteBuffer> values = new LinkedHashMap<>();

  private QuantizedValues(QuantizationPlan plan, Quantization how, Map<String, ByteBuffer> floats) {
    this.plan = plan;
    this.levels = how.levels();
    this.moments = how.moments();
    this.floats = floats;
    this.largest = how.largestKernelLevel();
  }

  /**
   * Returns the values of all weights, in float32 and rounded.
   *
   * @param floats of the folded graph
   */
  static Map<String, ByteBuffer> of(
      QuantizationPlan plan, Quantization how, Map<String, ByteBuffer> floats) {
    QuantizedValues rounding = new QuantizedValues(plan, how, floats);
    rounding.values.putAll(floats);
    for (OnnxNode node : plan.graph().nodes()) {
      if (plan.isQuantized(node) && node.operator().equals("Conv")) {
        rounding.convolution(node);
      } else if (plan.isQuantized(node) && node.operator().equals("MatMul")) {
        rounding.matrix(node);
      }
    }
    return rounding.values;
  }

  private void convolution(OnnxNode node) {
    String kernelName = node.inputs().get(1);
    String biasName = node.inputs().get(2);
    float[] kernel = FoldedGraph.floats(floats, kernelName);
    float[] bias = FoldedGraph.floats(floats, biasName);
    float input = Objects.requireNonNull(levels.get(plan.source(node.inputs().get(0)))).scale();
    int each = kernel.length / bias.length;
    OnnxWeight shape = Objects.requireNonNull(plan.graph().weights().get(kernelName));
    int channels = shape.shape().get(1);
    int perGroup = bias.length / QuantizationPlan.groups(node);
    Rounded rounded = new Rounded(kernel.length, bias.length);
    float[] biasScales = new float[bias.length];
    int[] biasLevels = new int[bias.length];
    IntStream.range(0, bias.length)
        .parallel()
        .forEach(
            number -> {
              int first = number / perGroup * channels;
              Filter filter =
                  filter(
                      node.inputs().get(0),
                      Arrays.copyOfRange(kernel, number * each, (number + 1) * each),
                      i -> first + i / (each / channels));
              float scale = rounded.put(filter, number, number * each, 1);
              biasScales[number] = input * scale;
              double exact = bias[number] - filter.shift(scale, largest);
              biasLevels[number] =
                  (int) clamp(Math.rint(exact / biasScales[number]), Integer.MAX_VALUE);
            });
    rounded.keep(kernelName);
    ByteBuffer integers =
        ByteBuffer.allocate(bias.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int level : biasLevels) {
      integers.putInt(level);
    }
    values.put(biasName + "/levels", integers.flip());
    values.put(biasName + "/level_scale", FoldedGraph.bytes(biasScales));
  }

  /** The columns are the filters. */
  private void matrix(OnnxNode node) {
    String name = node.inputs().get(1);
    float[] kernel = FoldedGraph.floats(floats, name);
    OnnxWeight shape = Objects.requireNonNull(plan.graph().weights().get(name));
    int rows = shape.shape().get(0);
    int columns = shape.shape().get(1);
    Rounded rounded = new Rounded(kernel.length, columns);
    IntStream.range(0, columns)
        .parallel()
        .forEach(
            column -> {
              float[] weights = new float[rows];
              for (int row = 0; row < rows; row++) {
                weights[row] = kernel[row * columns + column];
              }
              rounded.put(filter(node.inputs().get(0), weights, i -> i), column, column, columns);
            });
    rounded.keep(name);
  }

  /**
   * Returns a filter with what is known of what it is multiplied with.
   *
   * @param channelOf the channel of the input that a weight is multiplied with
   */
  private Filter filter(String input, float[] weights, IntUnaryOperator channelOf) {
    ChannelMoments seen = moments.get(input);
    if (seen == null) {
      return Filter.alone(weights);
    }
    double[] squares = new double[weights.length];
    double[] means = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      squares[i] = seen.meanSquare(channelOf.applyAsInt(i));
      means[i] = seen.mean(channelOf.applyAsInt(i));
    }
    return new Filter(weights, squares, means);
  }

  private static double clamp(double level, int largest) {
    return Math.max(-largest, Math.min(largest, level));
  }

  /** A kernel's levels and scales as they are found. */
  private final class Rounded {
    private final byte[] levels;
    private final float[] scales;

    Rounded(int size, int filters) {
      this.levels = new byte[size];
      this.scales = new float[filters];
    }

    /** Rounds a filter whose weights stand so far apart, and returns its scale. */
    float put(Filter filter, int number, int first, int step) {
      scales[number] = filter.scale(largest);
      filter.round(scales[number], largest, levels, first, step);
      return scales[number];
    }

    void keep(String name) {
      values.put(name + "/levels", ByteBuffer.wrap(levels));
      values.put(name + "/level_scale", FoldedGraph.bytes(scales));
    }
  }
}
