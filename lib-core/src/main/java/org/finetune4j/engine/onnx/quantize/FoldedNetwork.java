package org.finetune4j.engine.onnx.quantize;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.finetune4j.engine.onnx.graph.OnnxEmitter;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * A network on its way to eight bits: as it is written, folded together, and what of that can be
 * rounded.
 *
 * @param original one operator after the other
 * @param folded the same with fewer operators
 * @param plan which of the folded operators compute in eight bits
 */
public record FoldedNetwork(OnnxGraph original, FoldedGraph folded, QuantizationPlan plan) {
  /** Folds a network of which everything that can be is to be rounded. */
  public static FoldedNetwork of(Network network) {
    return of(network, Set.of());
  }

  /**
   * Folds a network.
   *
   * @param floats names of the operators that stay in float32
   */
  public static FoldedNetwork of(Network network, Set<String> floats) {
    OnnxGraph original = OnnxEmitter.emit(network);
    FoldedGraph folded = FoldedGraph.of(original);
    return new FoldedNetwork(original, folded, QuantizationPlan.of(folded.graph(), floats));
  }

  /** Returns the folded graph. */
  public OnnxGraph graph() {
    return folded.graph();
  }

  /** Returns the values of the folded graph's weights. */
  public Map<String, ByteBuffer> values(Weights weights) {
    return folded.values(original, original.values(weights));
  }
}
