package org.finetune4j.engine.onnx.quantize;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/** A network's weights in float32 and in eight bits: what any choice of operators needs. */
public final class RoundedWeights {
  private final Network network;
  private final Quantization how;
  private final Map<String, ByteBuffer> values;

  private RoundedWeights(Network network, Quantization how, Map<String, ByteBuffer> values) {
    this.network = network;
    this.how = how;
    this.values = values;
  }

  /** Rounds all weights that can be, whatever stays in float32. */
  public static RoundedWeights of(Network network, Weights weights, Quantization how) {
    FoldedNetwork folded = FoldedNetwork.of(network);
    return new RoundedWeights(
        network, how, QuantizedValues.of(folded.plan(), how, folded.values(weights)));
  }

  /**
   * Returns the network with some of its operators in float32.
   *
   * @param floats their names
   */
  public QuantizedModel model(Set<String> floats) {
    OnnxGraph graph = how.withFloats(floats).graph(network);
    Map<String, ByteBuffer> needed = new LinkedHashMap<>(values);
    needed.keySet().retainAll(graph.weights().keySet());
    return new QuantizedModel(graph, needed);
  }
}
