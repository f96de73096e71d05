package org.finetune4j.engine.onnx.translate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxValue;
import org.finetune4j.network.operator.OperatorGraph;

/** The nodes of a graph by what they make, to recognise functions that several of them compute. */
final class Makers {
  private final Map<String, OnnxNode> nodes = new HashMap<>();
  private final Map<String, Double> scalars = new HashMap<>();

  Makers(OperatorGraph graph) {
    graph.nodes().forEach(node -> nodes.put(node.output(), node));
    for (OnnxConstant constant : graph.constants()) {
      OnnxValue value = OnnxValue.of(constant);
      if (value.elements() == 1) {
        value.content().ifPresent(it -> scalars.put(constant.name(), it.get(0)));
      }
    }
  }

  Optional<OnnxNode> maker(String value, String operator) {
    OnnxNode node = nodes.get(value);
    return node != null && node.operator().equals(operator) ? Optional.of(node) : Optional.empty();
  }

  /** Returns the number that a value is, if it is a single constant. */
  OptionalDouble scalar(String value) {
    Double number = scalars.get(value);
    return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
  }

  boolean isAbout(String value, double number) {
    double found = scalar(value).orElse(Double.NaN);
    return Math.abs(found - number) <= 1e-4 * Math.max(Math.abs(number), 1e-3);
  }

  /** Returns what a value is the product of. */
  List<String> factors(String value) {
    List<String> factors = new ArrayList<>();
    collect(value, factors, 4);
    return factors;
  }

  private void collect(String value, List<String> factors, int depth) {
    OnnxNode node = nodes.get(value);
    if (node == null || !node.operator().equals("Mul") || depth == 0) {
      factors.add(value);
      return;
    }
    node.inputs().forEach(it -> collect(it, factors, depth - 1));
  }

  /** Returns the other summand of a sum with a number. */
  Optional<String> plus(String value, double number) {
    return maker(value, "Add").flatMap(add -> other(add, number));
  }

  /** Returns the input of a node beside a number, if the number is the other one. */
  Optional<String> other(OnnxNode node, double number) {
    if (node.inputs().size() != 2) {
      return Optional.empty();
    }
    String first = node.inputs().get(0);
    String second = node.inputs().get(1);
    if (isAbout(second, number)) {
      return Optional.of(first);
    }
    return isAbout(first, number) ? Optional.of(second) : Optional.empty();
  }
}
