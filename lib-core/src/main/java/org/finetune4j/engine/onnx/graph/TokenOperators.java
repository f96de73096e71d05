package org.finetune4j.engine.onnx.graph;

import java.util.List;
import java.util.Map;
import org.finetune4j.network.Dense;
import org.finetune4j.network.LearnedTokens;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.PatchEmbedding;
import org.finetune4j.network.PositionEmbedding;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.network.TokenPooling.Value;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Attribute;
import org.finetune4j.network.operator.OnnxNode.Whole;

/** Layers that make or read token sequences: [n, tokens, channels]. */
final class TokenOperators {
  private final OnnxGraphBuilder graph;

  TokenOperators(OnnxGraphBuilder graph) {
    this.graph = graph;
  }

  String patchEmbedding(PatchEmbedding layer) {
    String name = layer.name();
    String input = graph.value(layer.input());
    String kernel = graph.weight(layer, "kernel");
    List<String> reads =
        layer.bias() ? List.of(input, kernel, graph.weight(layer, "bias")) : List.of(input, kernel);
    Map<String, Attribute> window =
        Map.of(
            "kernel_shape", OnnxNode.ints(layer.patch(), layer.patch()),
            "strides", OnnxNode.ints(layer.patch(), layer.patch()));
    String map = graph.node("Conv", name + "/map", reads, window);
    String rows = reshaped(name + "/rows", map, 0, layer.filters(), -1);
    return transposed(name, rows, 0, 2, 1);
  }

  /** The tokens once for each sample, whose number only the batch knows. */
  String learnedTokens(LearnedTokens layer) {
    String name = layer.name();
    String input = graph.value(layer.input());
    int channels = graph.shape(name).channels();
    String shape = graph.node("Shape", name + "/shape", List.of(input), Map.of());
    String batch = sliced(name + "/batch", shape, 0, 0, 1);
    String own = graph.constant(OnnxConstant.ofLongs(name + "/own", layer.count(), channels));
    String target =
        graph.node("Concat", name + "/target", List.of(batch, own), Map.of("axis", new Whole(0)));
    String weight = graph.weight(layer, "tokens");
    String tokens = graph.node("Expand", name + "/expanded", List.of(weight, target), Map.of());
    Map<String, Attribute> axis = Map.of("axis", new Whole(1));
    int position = layer.position();
    int before = graph.shape(layer.input()).tokens();
    if (position == 0) {
      return graph.node("Concat", name, List.of(tokens, input), axis);
    }
    String first = sliced(name + "/before", input, 1, 0, position);
    if (position == before) {
      return graph.node("Concat", name, List.of(first, tokens), axis);
    }
    String rest = sliced(name + "/after", input, 1, position, before);
    return graph.node("Concat", name, List.of(first, tokens, rest), axis);
  }

  String positionEmbedding(PositionEmbedding layer) {
    List<String> reads = List.of(graph.value(layer.input()), graph.weight(layer, "embedding"));
    return graph.node("Add", layer.name(), reads, Map.of());
  }

  String dense(Dense layer, String output) {
    String kernel = graph.weight(layer, "kernel");
    List<String> product = List.of(graph.value(layer.input()), kernel);
    if (!layer.bias()) {
      return graph.node("MatMul", layer.name(), product, Map.of(), output);
    }
    String name = layer.name() + "/product";
    graph.node("MatMul", name, product, Map.of());
    List<String> sum = List.of(name, graph.weight(layer, "bias"));
    return graph.node("Add", layer.name(), sum, Map.of(), output);
  }

  String attention(MultiHeadAttention layer) {
    String name = layer.name();
    int channels = graph.shape(name).channels();
    String input = graph.value(layer.input());
    String parts = projected(layer, "qkv", input, name + "/qkv");
    String query = part(layer, parts, "query", 0, 0, 2, 1, 3);
    String key = part(layer, parts, "key", 1, 0, 2, 3, 1);
    String value = part(layer, parts, "value", 2, 0, 2, 1, 3);
    float scale = (float) (1 / Math.sqrt((double) channels / layer.heads()));
    String factor = graph.constant(OnnxConstant.ofFloats(name + "/scale", List.of(), scale));
    String scaled = graph.node("Mul", name + "/scaled", List.of(query, factor), Map.of());
    String scores = graph.node("MatMul", name + "/scores", List.of(scaled, key), Map.of());
    String shares =
        graph.node("Softmax", name + "/shares", List.of(scores), Map.of("axis", new Whole(-1)));
    String heads = graph.node("MatMul", name + "/heads", List.of(shares, value), Map.of());
    String tokens = transposed(name + "/tokens", heads, 0, 2, 1, 3);
    String joined = reshaped(name + "/joined", tokens, 0, 0, channels);
    return projected(layer, "projection", joined, name);
  }

  private String projected(MultiHeadAttention layer, String role, String input, String output) {
    String kernel = graph.weight(layer, role + "_kernel");
    String product = graph.node("MatMul", output + "/product", List.of(input, kernel), Map.of());
    String bias = graph.weight(layer, role + "_bias");
    return graph.node("Add", output, List.of(product, bias), Map.of());
  }

  /** Queries, keys or values as [n, heads, tokens, channels of a head], or as the order says. */
  private String part(
      MultiHeadAttention layer, String parts, String role, int number, long... order) {
    String name = layer.name() + "/" + role;
    int channels = graph.shape(layer.name()).channels();
    int heads = layer.heads();
    String own = sliced(name + "/own", parts, 2, number * channels, (number + 1) * channels);
    String split = reshaped(name + "/split", own, 0, 0, heads, channels / heads);
    return transposed(name, split, order);
  }

  String pooling(TokenPooling layer) {
    String name = layer.name();
    String input = graph.value(layer.input());
    if (layer.value() == Value.CLASS) {
      return classToken(name, name, input);
    }
    if (layer.value() == Value.MEAN) {
      return mean(layer, name, input);
    }
    if (layer.value() == Value.CLASS_AND_DISTILLATION) {
      String tokens = sliced(name + "/tokens", input, 1, 0, 2);
      return graph.node("Flatten", name, List.of(tokens), OnnxNode.CHANNEL_AXIS);
    }
    String first = classToken(name, name + "/class", input);
    String second = mean(layer, name + "/mean", input);
    return graph.node("Concat", name, List.of(first, second), OnnxNode.CHANNEL_AXIS);
  }

  private String classToken(String layer, String output, String input) {
    String zero = graph.constant(OnnxConstant.ofLongs(layer + "/token", 0));
    String token =
        graph.node("Gather", layer + "/first", List.of(input, zero), Map.of("axis", new Whole(1)));
    return graph.node("Flatten", output, List.of(token), OnnxNode.CHANNEL_AXIS);
  }

  private String mean(TokenPooling layer, String output, String input) {
    int tokens = graph.shape(layer.input()).tokens();
    String patches =
        layer.prefix() == 0
            ? input
            : sliced(layer.name() + "/patches", input, 1, layer.prefix(), tokens);
    Map<String, Attribute> over = Map.of("axes", OnnxNode.ints(1), "keepdims", new Whole(0));
    return graph.node("ReduceMean", output, List.of(patches), over);
  }

  private String reshaped(String name, String input, long... target) {
    String shape = graph.constant(OnnxConstant.ofLongs(name + "_shape", target));
    return graph.node("Reshape", name, List.of(input, shape), Map.of());
  }

  private String transposed(String name, String input, long... order) {
    return graph.node("Transpose", name, List.of(input), Map.of("perm", OnnxNode.ints(order)));
  }

  private String sliced(String name, String input, int axis, int start, int end) {
    List<String> reads =
        List.of(
            input,
            graph.constant(OnnxConstant.ofLongs(name + "_starts", start)),
            graph.constant(OnnxConstant.ofLongs(name + "_ends", end)),
            graph.constant(OnnxConstant.ofLongs(name + "_axes", axis)));
    return graph.node("Slice", name, reads, Map.of());
  }
}
