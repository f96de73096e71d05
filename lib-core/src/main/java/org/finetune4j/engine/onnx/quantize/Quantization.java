package org.finetune4j.engine.onnx.quantize;

import java.util.Map;
import java.util.Set;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * All that turns a network into one in eight bits, but for its weights.
 *
 * @param levels of the rounded values, by their names in the folded graph
 * @param floats names of the operators that stay in float32
 * @param largestKernelLevel 127, or 63 for processors whose sums of 16 bits overflow
 * @param moments of what weights are multiplied with, where it was seen: decides their values, not
 *     the graph, and is not saved
 */
public record Quantization(
    Map<String, Levels> levels,
    Set<String> floats,
    int largestKernelLevel,
    Map<String, ChannelMoments> moments) {
  /** Kernels from -127 to 127. */
  public static final int FULL_RANGE = 127;

  /** Kernels from -63 to 63. */
  public static final int REDUCED_RANGE = 63;

  /** Copies the collections. */
  public Quantization {
    levels = Map.copyOf(levels);
    floats = Set.copyOf(floats);
    moments = Map.copyOf(moments);
  }

  /** Takes what a file says of a network that was rounded. */
  public Quantization(Map<String, Levels> levels, Set<String> floats, int largestKernelLevel) {
    this(levels, floats, largestKernelLevel, Map.of());
  }

  /** Returns what a file says of it. */
  public Quantization saved() {
    return new Quantization(levels, floats, largestKernelLevel);
  }

  /** Returns the same with other operators left in float32. */
  public Quantization withFloats(Set<String> names) {
    return new Quantization(levels, names, largestKernelLevel, moments);
  }

  /**
   * Returns the graph of the network in eight bits: its structure, and the levels of its values.
   */
  public OnnxGraph graph(Network network) {
    return QuantizedGraph.of(FoldedNetwork.of(network, floats).plan(), levels);
  }

  /** Returns the network in eight bits. */
  public QuantizedModel apply(Network network, Weights weights) {
    return RoundedWeights.of(network, weights, this).model(floats);
  }
}
