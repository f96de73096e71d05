package org.finetune4j.engine.onnx.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.engine.onnx.file.RawTensor;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Attribute;
import org.finetune4j.network.operator.OnnxValue;
import org.finetune4j.network.operator.OperatorRules;

/**
 * Collects the operators of a graph as they are brought to one operator set, and keeps what is
 * known of every value.
 */
final class GraphNodes {
  /** Factors, exponents and scales decide shapes or are folded. */
  private static final int SMALL = 4 * Float.BYTES;

  private final Map<String, RawTensor> weights = new LinkedHashMap<>();
  private final Map<String, OnnxValue> values = new LinkedHashMap<>();
  private final Map<String, OnnxConstant> constants = new LinkedHashMap<>();
  private final Map<String, String> sameAs = new HashMap<>();
  private final List<OnnxNode> nodes = new ArrayList<>();

  /** Adds a value that nothing here makes. */
  void value(String name, OnnxValue value) {
    values.put(name, value);
  }

  /** Adds a constant and returns its name. */
  String constant(OnnxConstant constant) {
    values.put(constant.name(), OnnxValue.of(constant));
    constants.put(constant.name(), constant);
    return constant.name();
  }

  /** Adds a tensor of the file: as weights, or as what operators need beside them. */
  void tensor(String name, RawTensor tensor) {
    boolean small = tensor.shape().size() <= 1 && tensor.bytes().remaining() <= SMALL;
    if (tensor.type() == OnnxConstant.Type.FLOAT && !small) {
      weights.put(name, tensor);
      values.put(name, OnnxValue.of(tensor.type(), tensor.shape()));
    } else {
      constant(tensor.constant(name));
    }
  }

  String longs(String name, List<Long> numbers) {
    return constant(
        OnnxConstant.ofLongs(name, numbers.stream().mapToLong(Long::longValue).toArray()));
  }

  String real(String name, double number) {
    return constant(OnnxConstant.ofFloats(name, List.of(), (float) number));
  }

  /** Says that a value is another one under a new name. */
  void same(String name, String other) {
    sameAs.put(name, actual(other));
  }

  /** Returns the name under which a value was made. */
  String actual(String name) {
    return sameAs.getOrDefault(name, name);
  }

  /**
   * Adds an operator and returns the name of what it makes.
   *
   * @throws IllegalArgumentException if it is not known or cannot read such values
   */
  String node(
      String operator, List<String> reads, Map<String, Attribute> attributes, String output) {
    OnnxNode node =
        new OnnxNode(
            operator, output, reads.stream().map(this::actual).toList(), output, attributes);
    if (values.containsKey(output)) {
      throw new IllegalArgumentException("Value '" + output + "' stands twice.");
    }
    values.put(output, OperatorRules.infer(node, values));
    nodes.add(node);
    return output;
  }

  OnnxValue known(String name) {
    OnnxValue value = values.get(actual(name));
    if (value == null) {
      throw new IllegalArgumentException("No node before makes the value '" + name + "'.");
    }
    return value;
  }

  Map<String, RawTensor> weights() {
    return weights;
  }

  Map<String, OnnxValue> values() {
    return values;
  }

  List<OnnxNode> nodes() {
    return nodes;
  }

  Map<String, OnnxConstant> constants() {
    return constants;
  }
}
