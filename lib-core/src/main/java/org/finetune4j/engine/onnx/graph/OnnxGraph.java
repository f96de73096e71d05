package org.finetune4j.engine.onnx.graph;

import static java.util.stream.Collectors.toSet;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.finetune4j.network.Shape;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * A network in ONNX operators, without the values of its weights. It depends on nothing but the
 * network, so that a file from outside can be held against it.
 *
 * @param inputs shape of one sample by name, in order; a batch dimension goes before it
 * @param outputs shape of one sample by name, in order
 * @param nodes each after those whose values it reads
 * @param weights the tensors that {@link Weights} hold, by name, in order
 * @param constants what the operators need beside them, in order
 */
public record OnnxGraph(
    Map<String, Shape> inputs,
    Map<String, Shape> outputs,
    List<OnnxNode> nodes,
    Map<String, OnnxWeight> weights,
    List<OnnxConstant> constants) {
  /** Returns this graph without the weights that no node reads: ONNX Runtime would miss them. */
  public OnnxGraph withoutUnreadWeights() {
    Map<String, OnnxWeight> read = new LinkedHashMap<>(weights);
    read.keySet().retainAll(read());
    return new OnnxGraph(inputs, outputs, nodes, read, constants);
  }

  /** Returns this graph without the constants that no node reads. */
  public OnnxGraph withoutUnreadConstants() {
    Set<String> read = read();
    return new OnnxGraph(
        inputs,
        outputs,
        nodes,
        weights,
        constants.stream().filter(it -> read.contains(it.name())).toList());
  }

  private Set<String> read() {
    return nodes.stream().flatMap(node -> node.inputs().stream()).collect(toSet());
  }

  /**
   * Returns the bytes of the graph's weights by name, in its order.
   *
   * @throws IllegalArgumentException if a tensor is missing or of another shape
   */
  public Map<String, ByteBuffer> values(Weights source) {
    Map<String, ByteBuffer> values = new LinkedHashMap<>();
    weights.forEach(
        (name, weight) -> {
          Tensor tensor = source.get(name);
          if (!tensor.shape().equals(weight.shape())) {
            throw new IllegalArgumentException(
                "Weight tensor '"
                    + name
                    + "' has shape "
                    + weight.shape()
                    + ", not "
                    + tensor.shape()
                    + ".");
          }
          values.put(name, tensor.bytes());
        });
    return values;
  }
}
