package org.finetune4j.engine.onnx.quantize;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.engine.onnx.graph.OnnxWeight;
import org.finetune4j.network.operator.OnnxNode;

/**
 * Which operators of a folded graph compute in eight bits, and which values are rounded for them.
 * What works on a picture's mean (squeeze-and-excitation, the head) costs nothing and stays in
 * float32. Products of tokens with a matrix read eight bits and make float32.
 */
public final class QuantizationPlan {
  private static final Set<String> ACTIVATIONS = Set.of("Relu", "Clip");
  private static final int CHANNELS_OF_A_PICTURE = 3;

  /** MobileNetV2 0.35's first two convolutions take 1.7 and 2.5 times as long in eight bits. */
  private static final int NARROW = 16;

  private static final Set<String> KINDS =
      Set.of("Conv", "MatMul", "Add", "Mul", "Sigmoid", "AveragePool", "MaxPool", "Concat");

  private final OnnxGraph graph;
  private final Readers readers;
  private final Set<String> floats;
  private final Set<String> numbers = new HashSet<>();
  private final Set<String> squeezed = new HashSet<>();
  private final Map<String, OnnxNode> quantized = new LinkedHashMap<>();
  private final Map<String, OnnxNode> absorbed = new HashMap<>();
  private final Map<String, String> sharedWith = new HashMap<>();
  private final Set<String> values = new LinkedHashSet<>();

  private QuantizationPlan(OnnxGraph graph, Set<String> floats) {
    this.graph = graph;
    this.readers = new Readers(graph);
    this.floats = floats;
    numbers.addAll(graph.weights().keySet());
    graph.constants().forEach(it -> numbers.add(it.name()));
  }

  /**
   * Plans a graph.
   *
   * @param floats names of nodes that stay in float32
   */
  public static QuantizationPlan of(OnnxGraph folded, Set<String> floats) {
    QuantizationPlan plan = new QuantizationPlan(folded, floats);
    folded.nodes().forEach(plan::decide);
    // Which values share levels must not depend on what stays in float32: levels are found once.
    return floats.isEmpty() ? plan : plan.sharing(of(folded, Set.of()));
  }

  private QuantizationPlan sharing(QuantizationPlan whole) {
    sharedWith.clear();
    sharedWith.putAll(whole.sharedWith);
    return this;
  }

  private void decide(OnnxNode node) {
    List<String> reads = activations(node);
    if (node.operator().equals("GlobalAveragePool")
        || (!reads.isEmpty() && squeezed.containsAll(reads))) {
      squeezed.add(node.output());
    } else if (KINDS.contains(node.operator()) && !floats.contains(node.name()) && fits(node)) {
      quantize(node, reads);
    }
  }

  private boolean fits(OnnxNode node) {
    return switch (node.operator()) {
      case "Conv" -> true;
      case "MatMul" -> graph.weights().containsKey(node.inputs().get(1));
      case "Add" -> activations(node).size() == 2 && readsEightBits(node);
      case "Mul" -> activations(node).size() == 2 && readsEightBits(node) && gates(node);
      default -> readsEightBits(node);
    };
  }

  /** Rounding what comes in float32 costs more than anything but a convolution gains. */
  private boolean readsEightBits(OnnxNode node) {
    return activations(node).stream().anyMatch(values::contains);
  }

  /** What is neither rounded nor a picture's mean is part of a curve that runs as one operator. */
  private boolean gates(OnnxNode node) {
    return activations(node).stream().allMatch(it -> values.contains(it) || squeezed.contains(it));
  }

  private void quantize(OnnxNode node, List<String> reads) {
    quantized.put(node.name(), node);
    values.addAll(reads);
    if (node.operator().equals("MatMul")) {
      return; // its sums come out in float32, as normalisation and softmax want them
    }
    Optional<OnnxNode> activation =
        readers
            .only(node.output())
            .filter(it -> ACTIVATIONS.contains(it.operator()) && !floats.contains(it.name()))
            .filter(it -> node.operator().equals("Conv") || node.operator().equals("Add"));
    activation.ifPresent(it -> absorbed.put(node.name(), it));
    values.add(output(node));
    if (node.operator().equals("MaxPool")) {
      sharedWith.put(output(node), source(node.inputs().get(0)));
    }
  }

  /** Returns the values of a node's inputs that are neither weights nor constants. */
  List<String> activations(OnnxNode node) {
    return node.inputs().stream().filter(it -> !numbers.contains(it)).toList();
  }

  OnnxGraph graph() {
    return graph;
  }

  boolean isQuantized(OnnxNode node) {
    return quantized.containsKey(node.name());
  }

  /** Returns whether an activation vanishes in the range of the operator before it. */
  boolean isAbsorbed(OnnxNode node) {
    return absorbed.containsValue(node);
  }

  /** Returns the value that a node makes, its activation included. */
  String output(OnnxNode node) {
    OnnxNode activation = absorbed.get(node.name());
    return activation == null ? node.output() : activation.output();
  }

  /** Returns whether a value is rounded. */
  boolean isRounded(String value) {
    return values.contains(value);
  }

  /** Returns the value whose levels a value has: its own, but for what pooling passes on. */
  String source(String value) {
    return sharedWith.getOrDefault(value, value);
  }

  /** Returns the values whose levels must be known, in order. */
  public Set<String> calibrated() {
    Set<String> own = new LinkedHashSet<>(values);
    own.removeAll(sharedWith.keySet());
    return own;
  }

  /** Returns what is to be found out of each value that rounded weights are multiplied with. */
  public Map<String, ChannelMoments> moments() {
    Map<String, ChannelMoments> moments = new LinkedHashMap<>();
    for (OnnxNode node : quantized.values()) {
      boolean matrix = node.operator().equals("MatMul");
      if (matrix || node.operator().equals("Conv")) {
        OnnxWeight kernel = Objects.requireNonNull(graph.weights().get(node.inputs().get(1)));
        int channels = matrix ? kernel.shape().get(0) : kernel.shape().get(1) * groups(node);
        moments.put(node.inputs().get(0), new ChannelMoments(channels, matrix));
      }
    }
    return moments;
  }

  /**
   * Returns the convolutions that ONNX Runtime computes faster in float32, where the layout of
   * channels suits them: a narrow one that reads the picture, and narrow depthwise ones.
   */
  public Set<String> slowInEightBits() {
    Set<String> slow = new LinkedHashSet<>();
    boolean first = true;
    for (OnnxNode node : quantized.values()) {
      if (node.operator().equals("Conv")) {
        OnnxWeight kernel = Objects.requireNonNull(graph.weights().get(node.inputs().get(1)));
        int filters = kernel.shape().get(0);
        boolean depthwise = groups(node) > 1 && groups(node) == filters;
        boolean stem = first && kernel.shape().get(1) == CHANNELS_OF_A_PICTURE;
        if (filters <= NARROW && (stem || depthwise)) {
          slow.add(node.name());
        }
        first = false;
      }
    }
    return slow;
  }

  /** Returns how many groups of channels a convolution keeps apart. */
  static int groups(OnnxNode convolution) {
    return convolution.attributes().get("group") instanceof OnnxNode.Whole groups
        ? Math.toIntExact(groups.value())
        : 1;
  }

  /** Returns the names of the nodes that compute in eight bits, in order. */
  public Set<String> quantizedNodes() {
    return quantized.keySet();
  }
}
