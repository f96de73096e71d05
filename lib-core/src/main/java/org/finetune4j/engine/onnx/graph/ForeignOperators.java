package org.finetune4j.engine.onnx.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OperatorGraph;

/** Puts the operators of somebody else's file among those of the network, under its layer. */
final class ForeignOperators {
  private ForeignOperators() {}

  static String emit(FrozenGraph layer, OnnxGraphBuilder builder) {
    OperatorGraph graph = layer.graph();
    Map<String, String> names = new HashMap<>();
    names.put("", ""); // an input that is left out
    names.put(graph.input(), builder.value(layer.input()));
    for (TensorSpec spec : builder.network().tensors(layer.name())) {
      names.put(spec.role(), builder.weight(spec));
    }
    for (OnnxConstant it : graph.constants()) {
      String name = layer.name() + "/" + it.name();
      names.put(
          it.name(), builder.constant(new OnnxConstant(name, it.type(), it.shape(), it.bytes())));
    }
    for (OnnxNode node : graph.nodes()) {
      boolean last = node.output().equals(graph.output());
      String output = last ? layer.name() : layer.name() + "/" + node.output();
      List<String> reads = node.inputs().stream().map(it -> names.getOrDefault(it, it)).toList();
      // Nodes of a file may share a name or have none; those of ours are called after their value.
      builder.node(node.operator(), output, reads, node.attributes());
      names.put(node.output(), output);
    }
    return layer.name();
  }
}
