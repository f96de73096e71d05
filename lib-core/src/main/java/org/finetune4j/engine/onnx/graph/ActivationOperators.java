package org.finetune4j.engine.onnx.graph;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Real;

/** Activations, as layers of their own or behind a convolution or dense layer. */
final class ActivationOperators {
  private final OnnxGraphBuilder graph;

  ActivationOperators(OnnxGraphBuilder graph) {
    this.graph = graph;
  }

  String layer(ActivationLayer layer) {
    return layer.activation() == Activation.LINEAR
        ? graph.skip(layer)
        : emit(
            layer.activation(),
            layer.name(),
            graph.value(layer.input()),
            layer.name(),
            axis(layer.name()));
  }

  /** Adds the operator of a layer, which learns the name of its output, and then its activation. */
  String after(String layer, Activation activation, UnaryOperator<String> operator) {
    return activation == Activation.LINEAR
        ? operator.apply(layer)
        : emit(
            activation,
            layer + "/activation",
            operator.apply(layer + "/linear"),
            layer,
            axis(layer));
  }

  /** Tells softmax where the channels of a layer's output stand. */
  private Map<String, OnnxNode.Attribute> axis(String layer) {
    return graph.shape(layer).isTokens() ? OnnxNode.LAST_AXIS : OnnxNode.CHANNEL_AXIS;
  }

  private String emit(
      Activation activation,
      String name,
      String input,
      String output,
      Map<String, OnnxNode.Attribute> axis) {
    List<String> reads = List.of(input);
    return switch (activation) {
      case LINEAR -> graph.node("Identity", name, reads, Map.of(), output);
      case RELU -> graph.node("Relu", name, reads, Map.of(), output);
      case RELU6 -> relu6(name, input, output);
      case SIGMOID -> graph.node("Sigmoid", name, reads, Map.of(), output);
      case TANH -> graph.node("Tanh", name, reads, Map.of(), output);
      case SWISH -> swish(name, input, output);
      case HARD_SIGMOID -> {
        Map<String, OnnxNode.Attribute> line =
            Map.of("alpha", new Real(1 / 6f), "beta", new Real(0.5f));
        yield graph.node("HardSigmoid", name, reads, line, output);
      }
      case HARD_SWISH -> graph.node("HardSwish", name, reads, Map.of(), output);
      case GELU -> gelu(name, input, output);
      case GELU_TANH -> geluTanh(name, input, output);
      case QUICK_GELU -> {
        String scaled = graph.node("Mul", name + "/scaled", with(input, name, 1.702f), Map.of());
        String gate = graph.node("Sigmoid", name + "/gate", List.of(scaled), Map.of());
        yield graph.node("Mul", name, List.of(input, gate), Map.of(), output);
      }
      case ELU -> graph.node("Elu", name, reads, Map.of(), output);
      case SELU -> graph.node("Selu", name, reads, Map.of(), output);
      case SOFTPLUS -> graph.node("Softplus", name, reads, Map.of(), output);
      case SOFTSIGN -> graph.node("Softsign", name, reads, Map.of(), output);
      case SOFTMAX -> graph.node("Softmax", name, reads, axis, output);
    };
  }

  /** The operators that ONNX Runtime joins to one. */
  private String gelu(String name, String input, String output) {
    float root = (float) Math.sqrt(2);
    String scaled = graph.node("Div", name + "/scaled", with(input, name, root), Map.of());
    String erf = graph.node("Erf", name + "/erf", List.of(scaled), Map.of());
    String sum = graph.node("Add", name + "/sum", with(erf, name, 1), Map.of());
    String product = graph.node("Mul", name + "/product", List.of(input, sum), Map.of());
    return graph.node("Mul", name, with(product, name, 0.5f), Map.of(), output);
  }

  /** The operators that ONNX Runtime joins to one. */
  private String geluTanh(String name, String input, String output) {
    String cube = graph.node("Pow", name + "/cube", with(input, name, 3), Map.of());
    String small = graph.node("Mul", name + "/small", with(cube, name, 0.044715f), Map.of());
    String sum = graph.node("Add", name + "/inner", List.of(input, small), Map.of());
    float root = (float) Math.sqrt(2 / Math.PI);
    String scaled = graph.node("Mul", name + "/scaled", with(sum, name, root), Map.of());
    String tanh = graph.node("Tanh", name + "/tanh", List.of(scaled), Map.of());
    String gate = graph.node("Add", name + "/sum", with(tanh, name, 1), Map.of());
    String half = graph.node("Mul", name + "/half", with(input, name, 0.5f), Map.of());
    return graph.node("Mul", name, List.of(half, gate), Map.of(), output);
  }

  /** Returns a value and a scalar constant, which is named after its number. */
  private List<String> with(String value, String name, float constant) {
    return List.of(
        value, graph.constant(OnnxConstant.ofFloats(name + "/" + constant, List.of(), constant)));
  }

  private String relu6(String name, String input, String output) {
    String low = graph.constant(OnnxConstant.ofFloats(name + "/low", List.of(), 0));
    String high = graph.constant(OnnxConstant.ofFloats(name + "/high", List.of(), 6));
    return graph.node("Clip", name, List.of(input, low, high), Map.of(), output);
  }

  private String swish(String name, String input, String output) {
    String gate = name + "/gate";
    graph.node("Sigmoid", gate, List.of(input), Map.of());
    return graph.node("Mul", name, List.of(input, gate), Map.of(), output);
  }
}
