package org.finetune4j.engine.onnx.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Attribute;

/** Collects the operators of a network and keeps their names apart. */
public final class OnnxGraphBuilder {
  private final Network network;
  private final Map<String, Shape> inputs = new LinkedHashMap<>();
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, OnnxWeight> weights = new LinkedHashMap<>();
  private final List<OnnxConstant> constants = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** The value that stands for a layer which does nothing at prediction time. */
  private final Map<String, String> sameAs = new HashMap<>();

  OnnxGraphBuilder(Network network) {
    this.network = network;
  }

  /** Adds an input and returns its name. */
  String input(Input layer) {
    claim(layer.name());
    inputs.put(layer.name(), layer.shape());
    return layer.name();
  }

  /** Adds an operator whose value carries its own name, and returns that. */
  String node(String operator, String name, List<String> reads, Map<String, Attribute> attributes) {
    return node(operator, name, reads, attributes, name);
  }

  /** Adds an operator and returns the name of the value it makes. */
  String node(
      String operator,
      String name,
      List<String> reads,
      Map<String, Attribute> attributes,
      String output) {
    claim(output);
    OnnxNode node = new OnnxNode(operator, name, reads, output, attributes);
    node.secondOutput().ifPresent(this::claim);
    nodes.add(node);
    return output;
  }

  /** Adds a constant and returns its name. */
  String constant(OnnxConstant constant) {
    claim(constant.name());
    constants.add(constant);
    return constant.name();
  }

  /** Adds a weight tensor of a layer and returns its name. */
  String weight(Layer layer, String role) {
    TensorSpec spec =
        network.tensors(layer.name()).stream()
            .filter(it -> it.role().equals(role))
            .findFirst()
            .orElseThrow();
    return weight(spec);
  }

  /** Adds a weight tensor and returns its name. */
  String weight(TensorSpec spec) {
    claim(spec.name());
    weights.put(spec.name(), OnnxWeight.of(spec));
    return spec.name();
  }

  /** Says that a layer passes on what it reads, and returns the name of that. */
  String skip(Layer.Unary layer) {
    String same = value(layer.input());
    sameAs.put(layer.name(), same);
    return same;
  }

  /** Returns the name of the value that a layer makes. */
  String value(String layer) {
    return sameAs.getOrDefault(layer, layer);
  }

  Network network() {
    return network;
  }

  Shape shape(String layer) {
    return network.shape(layer);
  }

  /** Returns the graph, whose outputs carry the names of their layers. */
  OnnxGraph build() {
    Map<String, Shape> outputs = new LinkedHashMap<>();
    for (String layer : new LinkedHashSet<>(network.outputs())) {
      String name = outputName(network, layer);
      if (!value(layer).equals(name)) {
        node("Identity", name, List.of(value(layer)), Map.of());
      }
    }
    network
        .outputs()
        .forEach(layer -> outputs.put(outputName(network, layer), network.shape(layer)));
    return new OnnxGraph(inputs, outputs, nodes, weights, constants);
  }

  /** Returns the name under which the graph puts out a layer: an input cannot be output itself. */
  public static String outputName(Network network, String layer) {
    return network.layer(layer) instanceof Input ? layer + "/output" : layer;
  }

  /** ONNX Runtime's Java side cannot pass characters outside the basic plane, nor zero. */
  private void claim(String name) {
    if (name.isEmpty() || name.chars().anyMatch(c -> c == 0 || Character.isSurrogate((char) c))) {
      throw new IllegalArgumentException(
          "An ONNX graph cannot name a value '"
              + name
              + "': names have at least one character, all of Unicode's basic plane and not 0.");
    }
    if (!names.add(name)) {
      throw new IllegalArgumentException(
          "Two values of the ONNX graph would be named '"
              + name
              + "'. Values inside a layer are named 'layer/...': give one of the layers another"
              + " name.");
    }
  }
}
