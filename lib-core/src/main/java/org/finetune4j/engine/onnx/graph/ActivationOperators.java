package org.finetune4j.engine.onnx.graph;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.finetune4j.engine.onnx.graph.OnnxNode.Real;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;

/** Activations, as layers of their own or behind a convolution or dense layer. */
final class ActivationOperators {
  private final OnnxGraphBuilder graph;

  ActivationOperators(OnnxGraphBuilder graph) {
    this.graph = graph;
  }

  void layer(ActivationLayer layer) {
    if (layer.activation() == Activation.LINEAR) {
      graph.skip(layer);
    } else {
      emit(layer.activation(), layer.name(), graph.value(layer.input()), layer.name());
    }
  }

  /** Adds the operator of a layer, which learns the name of its output, and then its activation. */
  void after(String layer, Activation activation, Consumer<String> operator) {
    if (activation == Activation.LINEAR) {
      operator.accept(layer);
    } else {
      String linear = layer + "/linear";
      operator.accept(linear);
      emit(activation, layer + "/activation", linear, layer);
    }
  }

  private void emit(Activation activation, String name, String input, String output) {
    List<String> reads = List.of(input);
    switch (activation) {
      case LINEAR -> graph.node("Identity", name, reads, Map.of(), output);
      case RELU -> graph.node("Relu", name, reads, Map.of(), output);
      case RELU6 -> relu6(name, input, output);
      case SIGMOID -> graph.node("Sigmoid", name, reads, Map.of(), output);
      case TANH -> graph.node("Tanh", name, reads, Map.of(), output);
      case SWISH -> swish(name, input, output);
      case HARD_SIGMOID -> {
        Map<String, OnnxNode.Attribute> line =
            Map.of("alpha", new Real(1 / 6f), "beta", new Real(0.5f));
        graph.node("HardSigmoid", name, reads, line, output);
      }
      case HARD_SWISH -> graph.node("HardSwish", name, reads, Map.of(), output);
      case SOFTMAX -> graph.node("Softmax", name, reads, OnnxNode.CHANNEL_AXIS, output);
    }
  }

  private void relu6(String name, String input, String output) {
    String low = graph.constant(OnnxConstant.ofFloats(name + "/low", List.of(), 0));
    String high = graph.constant(OnnxConstant.ofFloats(name + "/high", List.of(), 6));
    graph.node("Clip", name, List.of(input, low, high), Map.of(), output);
  }

  private void swish(String name, String input, String output) {
    String gate = name + "/gate";
    graph.node("Sigmoid", gate, List.of(input), Map.of());
    graph.node("Mul", name, List.of(input, gate), Map.of(), output);
  }
}
