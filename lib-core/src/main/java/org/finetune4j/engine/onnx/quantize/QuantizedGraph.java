package org.finetune4j.engine.onnx.quantize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.engine.onnx.graph.OnnxWeight;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;

/**
 * Writes a folded graph in ONNX's quantise-dequantise form: around each operator that computes in
 * eight bits stand the roundings that say so, which every runtime can follow and ONNX Runtime joins
 * into integer operators. Activations are unsigned, kernels signed and symmetric with a scale per
 * filter, matrices with one per column, biases 32 bits wide.
 */
final class QuantizedGraph {
  private final QuantizationPlan plan;
  private final Map<String, Levels> levels;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, OnnxWeight> weights = new LinkedHashMap<>();
  private final List<OnnxConstant> constants = new ArrayList<>();

  /** Inputs of the graph keep their names; who reads them reads the rounded value. */
  private final Map<String, String> renamed = new HashMap<>();

  private QuantizedGraph(QuantizationPlan plan, Map<String, Levels> levels) {
    this.plan = plan;
    this.levels = levels;
  }

  static OnnxGraph of(QuantizationPlan plan, Map<String, Levels> levels) {
    return new QuantizedGraph(plan, levels).write();
  }

  private OnnxGraph write() {
    OnnxGraph graph = plan.graph();
    weights.putAll(graph.weights());
    constants.addAll(graph.constants());
    for (String input : graph.inputs().keySet()) {
      if (plan.isRounded(input)) {
        renamed.put(input, input + "/rounded");
        round(input, input, input + "/rounded");
      }
    }
    for (OnnxNode node : graph.nodes()) {
      if (!plan.isAbsorbed(node)) {
        add(node);
      }
    }
    return new OnnxGraph(graph.inputs(), graph.outputs(), nodes, weights, constants)
        .withoutUnreadWeights()
        .withoutUnreadConstants();
  }

  private void add(OnnxNode node) {
    String value = plan.output(node);
    boolean rounded = plan.isRounded(value);
    List<String> reads = new ArrayList<>(node.inputs());
    reads.replaceAll(it -> renamed.getOrDefault(it, it));
    if (plan.isQuantized(node) && node.operator().equals("Conv")) {
      kernel(reads.get(1), 0);
      bias(reads.get(2));
    } else if (plan.isQuantized(node) && node.operator().equals("MatMul")) {
      kernel(reads.get(1), 1);
    }
    String output = rounded ? value + "/real" : value;
    nodes.add(new OnnxNode(node.operator(), node.name(), reads, output, node.attributes()));
    if (rounded) {
      round(value, output, value);
    }
  }

  /** Rounds a value to its levels, and says what these mean. */
  private void round(String value, String real, String rounded) {
    Levels own = levels.get(plan.source(value));
    if (own == null) {
      throw new IllegalArgumentException(
          "The value '" + value + "' has no levels: it was not calibrated.");
    }
    String scale = value + "/level_scale";
    String zero = value + "/level_zero";
    constants.add(OnnxConstant.ofFloats(scale, List.of(), own.scale()));
    constants.add(
        OnnxConstant.ofBytes(zero, OnnxConstant.Type.UINT8, List.of(), (byte) own.zeroPoint()));
    String integers = value + "/levels";
    nodes.add(
        new OnnxNode("QuantizeLinear", integers, List.of(real, scale, zero), integers, Map.of()));
    nodes.add(
        new OnnxNode(
            "DequantizeLinear",
            value + "/dequantized",
            List.of(integers, scale, zero),
            rounded,
            Map.of()));
  }

  private void kernel(String name, int axis) {
    OnnxWeight kernel = Objects.requireNonNull(weights.remove(name));
    int filters = kernel.shape().get(axis);
    integers(name, OnnxConstant.Type.INT8, kernel.shape(), filters);
    String zero = name + "/level_zero";
    constants.add(
        OnnxConstant.ofBytes(zero, OnnxConstant.Type.INT8, List.of(filters), new byte[filters]));
    dequantize(name, List.of(name + "/levels", name + "/level_scale", zero), axis);
  }

  private void bias(String name) {
    OnnxWeight bias = Objects.requireNonNull(weights.remove(name));
    integers(name, OnnxConstant.Type.INT32, bias.shape(), bias.shape().get(0));
    dequantize(name, List.of(name + "/levels", name + "/level_scale"), 0);
  }

  private void integers(String name, OnnxConstant.Type type, List<Integer> shape, int filters) {
    weights.put(name + "/levels", new OnnxWeight(name + "/levels", type, shape));
    weights.put(
        name + "/level_scale",
        new OnnxWeight(name + "/level_scale", OnnxConstant.Type.FLOAT, List.of(filters)));
  }

  private void dequantize(String name, List<String> reads, int axis) {
    Map<String, OnnxNode.Attribute> perFilter = Map.of("axis", new OnnxNode.Whole(axis));
    nodes.add(new OnnxNode("DequantizeLinear", name + "/dequantized", reads, name, perFilter));
  }
}
