package org.finetune4j.engine.onnx.quantize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.network.operator.OnnxNode;

/** Who reads which value of a graph. */
final class Readers {
  private final Map<String, List<OnnxNode>> readers = new HashMap<>();
  private final Set<String> outputs;

  Readers(OnnxGraph graph) {
    outputs = graph.outputs().keySet();
    for (OnnxNode node : graph.nodes()) {
      node.inputs().forEach(it -> readers.computeIfAbsent(it, v -> new ArrayList<>()).add(node));
    }
  }

  List<OnnxNode> of(String value) {
    return readers.getOrDefault(value, List.of());
  }

  /** Returns whether the value is a result of the graph. */
  boolean isOutput(String value) {
    return outputs.contains(value);
  }

  /**
   * Returns the node that alone reads a value, if there is one and it is no result of the graph.
   */
  Optional<OnnxNode> only(String value) {
    List<OnnxNode> all = of(value);
    return all.size() == 1 && !isOutput(value) ? Optional.of(all.get(0)) : Optional.empty();
  }
}
