package org.finetune4j.engine.onnx.read;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.finetune4j.engine.onnx.file.OnnxFile;
import org.finetune4j.engine.onnx.file.RawNode;
import org.finetune4j.engine.onnx.file.RawPort;
import org.finetune4j.engine.onnx.file.RawTensor;
import org.finetune4j.network.operator.GraphInference;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxValue;
import org.finetune4j.network.operator.OperatorGraph;
import org.finetune4j.text.NearestName;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** Takes the way from pictures to the feature out of a file, and brings it to opset 17. */
public final class GraphImport {
  /** What operators need beside weights is small, and stands in the manifest of a classifier. */
  private static final long MOST_CONSTANT_BYTES = 4 << 20;

  private final OnnxFile file;
  private final PictureInput input;
  private final GraphNodes nodes = new GraphNodes();

  private GraphImport(OnnxFile file, PictureInput input) {
    this.file = file;
    this.input = input;
  }

  /**
   * Imports a file.
   *
   * @throws IOException if an operator is not known or does not compute; the message names it
   * @throws IllegalArgumentException if the request does not fit the file, or the file leaves open
   *     what the request does not say
   */
  public static ImportedGraph of(OnnxFile file, ImportRequest request) throws IOException {
    String feature = feature(file, request);
    GraphImport it = new GraphImport(file, PictureInput.of(file, request));
    try {
      return it.run(feature, request);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(
          file.name()
              + ": "
              + e.getMessage()
              + " If what you want stands in front of that, name it: feature(name) takes any value.",
          e);
    }
  }

  private static String feature(OnnxFile file, ImportRequest request) {
    List<String> made = file.nodes().stream().flatMap(it -> it.outputs().stream()).toList();
    if (request.feature().isPresent()) {
      String wanted = request.feature().get();
      if (!made.contains(wanted)) {
        throw new IllegalArgumentException(
            file.name()
                + " makes no value '"
                + wanted
                + "'."
                + NearestName.hint(wanted, made)
                + " Its outputs are "
                + file.outputs()
                + "; any value inside may be named too.");
      }
      return wanted;
    }
    if (file.outputs().size() != 1) {
      throw new IllegalArgumentException(
          file.name()
              + " has several outputs: "
              + file.outputs()
              + ". Say which one is the feature: feature(name).");
    }
    return file.outputs().get(0).name();
  }

  private ImportedGraph run(String feature, ImportRequest request) throws IOException {
    List<RawNode> needed = needed(feature);
    List<Integer> sample = List.of(3, input.size().height(), input.size().width());
    String pixels = unused("pixels");
    nodes.value(pixels, OnnxValue.of(OnnxConstant.Type.FLOAT, withBatch(sample)));
    if (input.channelsFirst()) {
      nodes.same(input.name(), pixels);
    } else {
      nodes.node("Transpose", List.of(pixels), perm(0, 2, 3, 1), input.name());
    }
    file.tensors().forEach(nodes::tensor);
    Opset17 opset17 = new Opset17(file.opset(), nodes);
    needed.forEach(opset17::add);
    String made = nodes.actual(feature);
    boolean channelsLast =
        nodes.known(made).rank() == 4
            && !request
                .featureChannelsFirst()
                .orElseGet(() -> new ChannelAxis(nodes.nodes(), pixels).isFirst(made));
    String output =
        channelsLast
            ? nodes.node("Transpose", List.of(made), perm(0, 3, 1, 2), unused("channels_first"))
            : made;
    return folded(pixels, sample, output);
  }

  private static List<Integer> withBatch(List<Integer> sample) {
    List<Integer> all = new ArrayList<>(List.of(1));
    all.addAll(sample);
    return all;
  }

  private static Map<String, OnnxNode.Attribute> perm(long... order) {
    return Map.of("perm", OnnxNode.ints(order));
  }

  private String unused(String wanted) {
    Set<String> taken =
        file.nodes().stream().flatMap(it -> it.outputs().stream()).collect(Collectors.toSet());
    taken.addAll(file.tensors().keySet());
    taken.add(input.name());
    String name = wanted;
    while (taken.contains(name)) {
      name += "_";
    }
    return name;
  }

  /** Returns the nodes that lead to a value, and refuses other inputs on the way. */
  private List<RawNode> needed(String feature) throws IOException {
    Map<String, RawNode> makers = new HashMap<>();
    file.nodes().forEach(node -> node.outputs().forEach(name -> makers.put(name, node)));
    Set<String> open = new LinkedHashSet<>(Set.of(feature));
    Set<String> seen = new HashSet<>();
    Set<RawNode> kept = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
    while (!open.isEmpty()) {
      String name = open.iterator().next();
      open.remove(name);
      RawNode maker = makers.get(name);
      if (maker != null && kept.add(maker)) {
        maker.inputs().stream().filter(it -> !it.isEmpty() && seen.add(it)).forEach(open::add);
      }
    }
    for (RawPort port : file.inputs()) {
      if (seen.contains(port.name()) && !port.name().equals(input.name())) {
        throw new IOException(
            file.name()
                + ": the feature '"
                + feature
                + "' depends on a second input, "
                + port
                + ". Name a value that pictures alone decide (feature(name)), or export the part of"
                + " the model that sees pictures");
      }
    }
    if (!seen.contains(input.name())) {
      throw new IOException(
          file.name() + ": '" + feature + "' does not depend on the input '" + input.name() + "'");
    }
    return file.nodes().stream().filter(kept::contains).toList();
  }

  /** What does not depend on pictures or their number is computed now. */
  private ImportedGraph folded(String pixels, List<Integer> sample, String output)
      throws IOException {
    Map<String, List<Integer>> weights = new LinkedHashMap<>();
    nodes.weights().forEach((name, tensor) -> weights.put(name, tensor.shape()));
    Map<String, OnnxValue> one = nodes.values();
    Map<String, OnnxValue> two;
    try {
      two =
          GraphInference.of(
              pixels, sample, weights, List.copyOf(nodes.constants().values()), nodes.nodes(), 2);
    } catch (IllegalArgumentException fixedBatch) {
      two = one;
    }
    List<OnnxConstant> constants = new ArrayList<>(nodes.constants().values());
    List<OnnxNode> kept = new ArrayList<>();
    for (OnnxNode node : nodes.nodes()) {
      OnnxValue value = Objects.requireNonNull(one.get(node.output()));
      if (value.content().isPresent() && value.equals(two.get(node.output()))) {
        constants.add(
            OnnxConstant.ofNumbers(
                node.output(), value.type(), value.dimensions(), value.content().get()));
      } else {
        kept.add(node);
      }
    }
    List<OnnxNode> leading = leadingTo(output, kept);
    Set<String> read =
        leading.stream().flatMap(it -> it.inputs().stream()).collect(Collectors.toSet());
    constants.removeIf(it -> !read.contains(it.name()));
    weights.keySet().retainAll(read);
    long bytes = constants.stream().mapToLong(it -> it.bytes().remaining()).sum();
    if (bytes > MOST_CONSTANT_BYTES) {
      throw new IOException(
          file.name()
              + ": it holds "
              + bytes
              + " bytes of whole numbers, the most is "
              + MOST_CONSTANT_BYTES
              + ". Weights are float32 here: export the model in float32");
    }
    Weights.Builder numbers = Weights.builder();
    weights
        .keySet()
        .forEach(
            name -> {
              RawTensor tensor = Objects.requireNonNull(nodes.weights().get(name));
              numbers.put(name, Tensor.wrap(tensor.bytes(), tensor.shape()));
            });
    return new ImportedGraph(
        new OperatorGraph(pixels, sample, output, weights, constants, leading),
        numbers.build(),
        file.sha256());
  }

  private static List<OnnxNode> leadingTo(String output, List<OnnxNode> nodes) {
    Set<String> needed = new HashSet<>(Set.of(output));
    List<OnnxNode> leading = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (needed.contains(nodes.get(i).output())) {
        needed.addAll(nodes.get(i).inputs());
        leading.add(0, nodes.get(i));
      }
    }
    return leading;
  }
}
