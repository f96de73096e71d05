package org.finetune4j.engine.onnx.graph;

import java.util.List;
import java.util.Map;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.NearestNeighbors.Distance;
import org.finetune4j.network.NearestNeighbors.Weighting;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Attribute;
import org.finetune4j.network.operator.OnnxNode.Whole;

/** The nearest of stored vectors, and the mean of their answers. */
final class NeighborOperators {
  private static final Map<String, Attribute> PER_SAMPLE = Map.of("axes", OnnxNode.ints(1));

  private final OnnxGraphBuilder graph;
  private final NearestNeighbors layer;
  private final String input;

  private NeighborOperators(OnnxGraphBuilder graph, NearestNeighbors layer) {
    this.graph = graph;
    this.layer = layer;
    this.input = graph.value(layer.input());
  }

  static String emit(NearestNeighbors layer, OnnxGraphBuilder graph) {
    return new NeighborOperators(graph, layer).mean();
  }

  private String mean() {
    boolean cosine = layer.distance() == Distance.COSINE;
    String count = graph.constant(OnnxConstant.ofLongs(layer.name() + "/count", layer.neighbors()));
    String nearest = node("TopK", "nearest", cosine ? cosines() : minusSquares(), count);
    String places = nearest + OnnxNode.PLACES;
    String answers = node("Gather", "gathered", graph.weight(layer, "answers"), places);
    if (layer.weighting() == Weighting.UNIFORM) {
      Map<String, Attribute> one = Map.of("axes", OnnxNode.ints(1), "keepdims", new Whole(0));
      return graph.node("ReduceMean", layer.name(), List.of(answers), one);
    }
    return weighted(answers, cosine ? angles(nearest) : lengths(nearest));
  }

  private String cosines() {
    String length = node("ReduceL2", "length", PER_SAMPLE, input);
    String divisor = node("Max", "divisor", length, number("least_length", 1e-12f));
    String direction = node("Div", "direction", input, divisor);
    return node("MatMul", "cosines", direction, graph.weight(layer, "vectors"));
  }

  /** Squared distances, negative so that large is near, all larger by |x|^2. */
  private String minusSquares() {
    String product = node("MatMul", "products", input, graph.weight(layer, "vectors"));
    String twice = node("Add", "twice", product, product);
    return node("Sub", "nearness", twice, graph.weight(layer, "squares"));
  }

  private String angles(String nearest) {
    String distance = node("Sub", "angles", number("one", 1), nearest);
    return node("Max", "distances", distance, number("least", 1e-6f));
  }

  private String lengths(String nearest) {
    String square = node("ReduceSumSquare", "square", PER_SAMPLE, input);
    String distance = node("Sub", "squared_distances", square, nearest);
    String least = node("Mul", "least", square, number("millionth", 1e-6f));
    String above = node("Max", "above", distance, least, number("smallest", 1e-30f));
    return node("Sqrt", "distances", above);
  }

  private String weighted(String answers, String distances) {
    String weights = node("Reciprocal", "weights", distances);
    String axis = graph.constant(OnnxConstant.ofLongs(layer.name() + "/axis", 1));
    String last = graph.constant(OnnxConstant.ofLongs(layer.name() + "/last_axis", 2));
    String each = node("Unsqueeze", "weight_of_each", weights, last);
    String product = node("Mul", "weighted", answers, each);
    String sum = node("ReduceSum", "sum", Map.of("keepdims", new Whole(0)), product, axis);
    String all = node("ReduceSum", "sum_of_weights", Map.of(), weights, axis);
    return graph.node("Div", layer.name(), List.of(sum, all), Map.of());
  }

  private String number(String role, float value) {
    return graph.constant(OnnxConstant.ofFloats(layer.name() + "/" + role, List.of(), value));
  }

  private String node(String operator, String role, String... reads) {
    return node(operator, role, Map.of(), reads);
  }

  private String node(
      String operator, String role, Map<String, Attribute> attributes, String... reads) {
    return graph.node(operator, layer.name() + "/" + role, List.of(reads), attributes);
  }
}
