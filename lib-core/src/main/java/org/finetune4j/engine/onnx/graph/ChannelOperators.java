package org.finetune4j.engine.onnx.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Normalization;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.ReverseChannels;
import org.finetune4j.network.Shape;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode.Real;

/** Layers that treat each channel by itself, with numbers of its own. */
final class ChannelOperators {
  private final OnnxGraphBuilder graph;

  ChannelOperators(OnnxGraphBuilder graph) {
    this.graph = graph;
  }

  String batchNormalization(BatchNormalization layer) {
    int channels = graph.shape(layer.name()).channels();
    String name = layer.name();
    List<String> reads =
        List.of(
            graph.value(layer.input()),
            layer.scale() ? graph.weight(layer, "gamma") : filled(name + "/one", channels, 1),
            layer.center() ? graph.weight(layer, "beta") : filled(name + "/zero", channels, 0),
            graph.weight(layer, "moving_mean"),
            graph.weight(layer, "moving_variance"));
    return graph.node(
        "BatchNormalization", name, reads, Map.of("epsilon", new Real((float) layer.epsilon())));
  }

  private String filled(String name, int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    return graph.constant(OnnxConstant.ofFloats(name, List.of(size), values));
  }

  /**
   * A subtraction and a division, as the formula says: a product and a sum in one go would lose the
   * small difference of channels that hardly vary. What does not depend on the input is computed
   * once, when the session opens.
   */
  String normalization(Normalization layer) {
    String name = layer.name();
    boolean map = graph.shape(name).isMap();
    String mean = graph.weight(layer, "mean");
    graph.node("Sqrt", name + "/root", List.of(graph.weight(layer, "variance")), Map.of());
    String floor = graph.constant(OnnxConstant.ofFloats(name + "/floor", List.of(), 1e-7f));
    String deviation = name + "/deviation";
    graph.node("Max", deviation, List.of(name + "/root", floor), Map.of());
    if (map) {
      String axes = graph.constant(OnnxConstant.ofLongs(name + "/axes", 1, 2));
      mean = perChannel(name + "/mean_map", mean, axes);
      deviation = perChannel(name + "/deviation_map", deviation, axes);
    }
    graph.node("Sub", name + "/centred", List.of(graph.value(layer.input()), mean), Map.of());
    if (layer.counted()) {
      graph.weight(layer, "count"); // read by nobody, but it belongs to the weights
    }
    return graph.node("Div", name, List.of(name + "/centred", deviation), Map.of());
  }

  private String perChannel(String name, String vector, String axes) {
    graph.node("Unsqueeze", name, List.of(vector, axes), Map.of());
    return name;
  }

  String rescale(Rescale layer) {
    String name = layer.name();
    boolean scales = layer.scale().stream().anyMatch(it -> it != 1);
    boolean shifts = layer.offset().stream().anyMatch(it -> it != 0);
    if (!scales && !shifts) {
      return graph.skip(layer);
    }
    String scaled = graph.value(layer.input());
    Shape shape = graph.shape(layer.input());
    if (scales) {
      String factor = constants(name + "/scale", layer.scale(), shape);
      List<String> reads = List.of(scaled, factor);
      scaled = shifts ? name + "/scaled" : name;
      graph.node("Mul", scaled, reads, Map.of());
    }
    if (shifts) {
      String offset = constants(name + "/offset", layer.offset(), shape);
      graph.node("Add", name, List.of(scaled, offset), Map.of());
    }
    return name;
  }

  private String constants(String name, List<Double> values, Shape input) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    List<Integer> shape =
        !input.isMap() || floats.length == 1
            ? List.of(floats.length)
            : List.of(floats.length, 1, 1);
    return graph.constant(OnnxConstant.ofFloats(name, shape, floats));
  }

  /** From the last channel down to the first. */
  String reverse(ReverseChannels layer) {
    String name = layer.name();
    return graph.node(
        "Slice",
        name,
        List.of(
            graph.value(layer.input()),
            graph.constant(OnnxConstant.ofLongs(name + "/starts", -1)),
            graph.constant(OnnxConstant.ofLongs(name + "/ends", Long.MIN_VALUE)),
            graph.constant(OnnxConstant.ofLongs(name + "/axes", 1)),
            graph.constant(OnnxConstant.ofLongs(name + "/steps", -1))),
        Map.of());
  }
}
