package org.finetune4j.engine.onnx.quantize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.engine.onnx.graph.OnnxWeight;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Attribute;
import org.finetune4j.network.operator.OnnxNode.Real;
import org.finetune4j.network.operator.OnnxNode.Wholes;

/** Puts together what one convolution can compute. */
final class GraphFolding {
  private final OnnxGraph original;
  private final Readers readers;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, OnnxWeight> weights;
  private final Map<String, Fold> folds = new LinkedHashMap<>();

  /** Zeros that the convolutions behind them add, by the value that they would have made. */
  private final Map<String, OnnxNode> zeros = new HashMap<>();

  /** Normalisations that went into a kernel. */
  private final List<OnnxNode> gone = new ArrayList<>();

  GraphFolding(OnnxGraph original) {
    this.original = original;
    this.readers = new Readers(original);
    this.weights = new LinkedHashMap<>(original.weights());
  }

  FoldedGraph fold() {
    for (OnnxNode node : original.nodes()) {
      if (gone.contains(node)) {
        continue;
      }
      if (node.operator().equals("Pad") && onlyConvolutionsRead(node)) {
        zeros.put(node.output(), node);
      } else if (node.operator().equals("Conv")) {
        nodes.add(convolution(node));
      } else {
        nodes.add(node);
      }
    }
    OnnxGraph graph =
        new OnnxGraph(original.inputs(), original.outputs(), nodes, weights, original.constants())
            .withoutUnreadWeights()
            .withoutUnreadConstants();
    return new FoldedGraph(graph, folds);
  }

  private boolean onlyConvolutionsRead(OnnxNode pad) {
    return !readers.isOutput(pad.output())
        && readers.of(pad.output()).stream()
            .allMatch(
                it -> it.operator().equals("Conv") && it.inputs().get(0).equals(pad.output()));
  }

  private OnnxNode convolution(OnnxNode node) {
    OnnxNode padded = padded(node);
    Optional<OnnxNode> norm =
        readers.only(node.output()).filter(it -> it.operator().equals("BatchNormalization"));
    String kernel = node.inputs().get(1);
    Optional<String> bias =
        node.inputs().size() > 2 ? Optional.of(node.inputs().get(2)) : Optional.empty();
    String biasName = node.name() + "/bias";
    folds.put(kernel, new Fold(kernel, bias, norm.map(GraphFolding::norm), biasName));
    int filters = Objects.requireNonNull(weights.get(kernel)).shape().get(0);
    weights.put(biasName, new OnnxWeight(biasName, OnnxConstant.Type.FLOAT, List.of(filters)));
    norm.ifPresent(gone::add);
    return new OnnxNode(
        "Conv",
        node.name(),
        List.of(padded.inputs().get(0), kernel, biasName),
        norm.map(OnnxNode::output).orElse(node.output()),
        padded.attributes());
  }

  private static Fold.Norm norm(OnnxNode node) {
    List<String> reads = node.inputs();
    Real epsilon = (Real) Objects.requireNonNull(node.attributes().get("epsilon"));
    return new Fold.Norm(reads.get(1), reads.get(2), reads.get(3), reads.get(4), epsilon.value());
  }

  /** Returns the convolution with the zeros before it among its own. */
  private OnnxNode padded(OnnxNode node) {
    OnnxNode pad = zeros.get(node.inputs().get(0));
    if (pad == null) {
      return node;
    }
    // Begins of all four dimensions, then ends.
    List<Long> amounts = constant(pad.inputs().get(1));
    List<Long> own = ((Wholes) Objects.requireNonNull(node.attributes().get("pads"))).values();
    Map<String, Attribute> attributes = new HashMap<>(node.attributes());
    attributes.put(
        "pads",
        OnnxNode.ints(
            own.get(0) + amounts.get(2),
            own.get(1) + amounts.get(3),
            own.get(2) + amounts.get(6),
            own.get(3) + amounts.get(7)));
    List<String> reads = new ArrayList<>(node.inputs());
    reads.set(0, pad.inputs().get(0));
    return new OnnxNode(node.operator(), node.name(), reads, node.output(), attributes);
  }

  private List<Long> constant(String name) {
    OnnxConstant constant =
        original.constants().stream()
            .filter(it -> it.name().equals(name))
            .findFirst()
            .orElseThrow();
    return constant.longs();
  }
}
