package org.finetune4j.network.operator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.network.operator.OnnxNode.Attribute;
import org.finetune4j.network.operator.OnnxNode.Real;
import org.finetune4j.network.operator.OnnxNode.Text;
import org.finetune4j.network.operator.OnnxNode.Whole;
import org.finetune4j.network.operator.OnnxNode.Wholes;

/**
 * A node with what is known of the values that it reads.
 *
 * @param node the operator and its attributes
 * @param values by name, those of all nodes before it
 */
record OperatorCall(OnnxNode node, Map<String, OnnxValue> values) {
  OnnxValue input(int index) {
    return optional(index)
        .orElseThrow(() -> refused("it reads at least " + (index + 1) + " values"));
  }

  Optional<OnnxValue> optional(int index) {
    if (index >= node.inputs().size() || node.inputs().get(index).isEmpty()) {
      return Optional.empty();
    }
    String name = node.inputs().get(index);
    OnnxValue value = values.get(name);
    if (value == null) {
      throw refused("it reads '" + name + "', which no node before it makes");
    }
    return Optional.of(value);
  }

  List<Integer> dimensions(int index) {
    return input(index).dimensions();
  }

  /** Returns whole numbers that an input brings and that must be known. */
  List<Long> known(int index) {
    OnnxValue value = input(index);
    return value
        .content()
        .orElseThrow(
            () ->
                refused(
                    "'"
                        + node.inputs().get(index)
                        + "' decides the shape of what it makes, but depends on the pictures"))
        .stream()
        .map(Double::longValue)
        .toList();
  }

  /** Returns an axis from 0 on. */
  int axis(long axis, int rank) {
    long positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive >= rank) {
      throw refused("a value of " + rank + " dimensions has no axis " + axis);
    }
    return (int) positive;
  }

  boolean has(String attribute) {
    return node.attributes().containsKey(attribute);
  }

  long whole(String name, long fallback) {
    Attribute attribute = node.attributes().get(name);
    if (attribute == null) {
      return fallback;
    }
    if (attribute instanceof Whole whole) {
      return whole.value();
    }
    throw refused("attribute '" + name + "' is a whole number, not " + attribute);
  }

  List<Long> wholes(String name, List<Long> fallback) {
    Attribute attribute = node.attributes().get(name);
    if (attribute == null) {
      return fallback;
    }
    if (attribute instanceof Wholes wholes) {
      return wholes.values();
    }
    throw refused("attribute '" + name + "' is a list of whole numbers, not " + attribute);
  }

  String text(String name, String fallback) {
    Attribute attribute = node.attributes().get(name);
    if (attribute == null) {
      return fallback;
    }
    if (attribute instanceof Text text) {
      return text.value();
    }
    throw refused("attribute '" + name + "' is a text, not " + attribute);
  }

  double real(String name, double fallback) {
    Attribute attribute = node.attributes().get(name);
    if (attribute == null) {
      return fallback;
    }
    if (attribute instanceof Real real) {
      return real.value();
    }
    throw refused("attribute '" + name + "' is a number, not " + attribute);
  }

  /** ONNX multiplies values of one type only; the rule of a quantized file would be another. */
  void requireFactorsOfOneType() {
    OnnxConstant.Type type = input(0).type();
    OnnxConstant.Type other = input(1).type();
    require(
        type == other,
        "it multiplies "
            + type
            + " with '"
            + node.inputs().get(1)
            + "' of "
            + other
            + ", which are no weights without their scale: export the model in float32, and round"
            + " the classifier to eight bits afterwards");
  }

  void require(boolean holds, String rule) {
    if (!holds) {
      throw refused(rule);
    }
  }

  IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(node.operator() + " '" + node.name() + "': " + why + ".");
  }
}
