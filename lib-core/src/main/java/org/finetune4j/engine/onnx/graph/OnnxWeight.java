package org.finetune4j.engine.onnx.graph;

import java.util.List;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.operator.OnnxConstant;

/**
 * A tensor whose values a graph does not say itself.
 *
 * @param name unique in the graph
 * @param type of its values
 * @param shape its dimensions
 */
public record OnnxWeight(String name, OnnxConstant.Type type, List<Integer> shape) {
  /** Copies the shape. */
  public OnnxWeight {
    shape = List.copyOf(shape);
  }

  static OnnxWeight of(TensorSpec spec) {
    return new OnnxWeight(spec.name(), OnnxConstant.Type.FLOAT, spec.shape());
  }

  /**
   * Returns how many bytes its values need.
   *
   * @throws ArithmeticException if they are more than a buffer holds
   */
  public int length() {
    long values = shape.stream().mapToLong(d -> d).reduce(1, Math::multiplyExact);
    return Math.toIntExact(Math.multiplyExact(values, type.bytes()));
  }
}
