package org.finetune4j.engine.onnx.graph;

import java.util.List;
import java.util.Map;
import org.finetune4j.network.GlobalResponseNormalization;
import org.finetune4j.network.Layer;
import org.finetune4j.network.LayerNormalization;
import org.finetune4j.network.LayerScale;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Real;
import org.finetune4j.network.operator.OnnxNode.Whole;

/** Layers with numbers per channel that vectors, tokens and maps have in common. */
final class PositionOperators {
  private final OnnxGraphBuilder graph;

  PositionOperators(OnnxGraphBuilder graph) {
    this.graph = graph;
  }

  /** ONNX normalises the last dimensions, so the channels of a map go there and back. */
  String layerNormalization(LayerNormalization layer) {
    String name = layer.name();
    boolean map = graph.shape(name).isMap();
    String input = graph.value(layer.input());
    if (map) {
      input = transposed(name + "/channels_last", input, 0, 2, 3, 1);
    }
    List<String> reads = List.of(input, graph.weight(layer, "gamma"), graph.weight(layer, "beta"));
    Map<String, OnnxNode.Attribute> attributes =
        Map.of("axis", new Whole(-1), "epsilon", new Real((float) layer.epsilon()));
    String normalized =
        graph.node("LayerNormalization", map ? name + "/normalized" : name, reads, attributes);
    return map ? transposed(name, normalized, 0, 3, 1, 2) : normalized;
  }

  private String transposed(String name, String input, long... order) {
    return graph.node("Transpose", name, List.of(input), Map.of("perm", OnnxNode.ints(order)));
  }

  String layerScale(LayerScale layer) {
    String gamma = perChannel(layer, "gamma");
    return graph.node("Mul", layer.name(), List.of(graph.value(layer.input()), gamma), Map.of());
  }

  String globalResponse(GlobalResponseNormalization layer) {
    String name = layer.name();
    String input = graph.value(layer.input());
    Map<String, OnnxNode.Attribute> plane = Map.of("axes", OnnxNode.ints(2, 3));
    String length = graph.node("ReduceL2", name + "/length", List.of(input), plane);
    Map<String, OnnxNode.Attribute> channels = Map.of("axes", OnnxNode.ints(1));
    String mean = graph.node("ReduceMean", name + "/mean", List.of(length), channels);
    String epsilon =
        graph.constant(
            OnnxConstant.ofFloats(name + "/epsilon", List.of(), (float) layer.epsilon()));
    String divisor = graph.node("Add", name + "/divisor", List.of(mean, epsilon), Map.of());
    String response = graph.node("Div", name + "/response", List.of(length, divisor), Map.of());
    String scaled =
        graph.node(
            "Mul", name + "/scaled", List.of(response, perChannel(layer, "gamma")), Map.of());
    String product = graph.node("Mul", name + "/product", List.of(input, scaled), Map.of());
    String sum = graph.node("Add", name + "/sum", List.of(input, product), Map.of());
    return graph.node("Add", name, List.of(sum, perChannel(layer, "beta")), Map.of());
  }

  /** Returns a weight per channel in the form that fits the layer's output. */
  private String perChannel(Layer layer, String role) {
    String weight = graph.weight(layer, role);
    if (!graph.shape(layer.name()).isMap()) {
      return weight;
    }
    String axes = graph.constant(OnnxConstant.ofLongs(layer.name() + "/" + role + "_axes", 1, 2));
    return graph.node(
        "Unsqueeze", layer.name() + "/" + role + "_map", List.of(weight, axes), Map.of());
  }
}
