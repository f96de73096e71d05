package org.finetune4j.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.network.Rescale;

/**
 * Arithmetic with constants that stands between the layers of a functional model, as Keras's {@code
 * preprocess_input} leaves it there: operations of Keras 3 and {@code TFOpLambda} of Keras 2.
 */
final class KerasArithmetic {
  private KerasArithmetic() {}

  /** Returns the layer that computes the same, if this is such an operation. */
  static Optional<Rescale> of(String name, JsonNode layer, String input) {
    JsonNode call = layer.path("inbound_nodes").path(0);
    String type = layer.path("class_name").asText();
    if (layer.path("module").asText().endsWith("ops.numpy")) {
      JsonNode first = call.path("args").path(0);
      JsonNode second = call.path("args").path(1);
      return isConstant(second)
          ? of(name, input, type, constants(second))
          : isConstant(first) ? reversed(name, input, type, constants(first)) : Optional.empty();
    }
    String function = layer.path("config").path("function").asText();
    JsonNode constant = call.path(3).path("y");
    return type.equals("TFOpLambda") && (constant.isNumber() || constant.isArray())
        ? of(name, input, function.substring(function.lastIndexOf('.') + 1), constants(constant))
        : Optional.empty();
  }

  /** The tensor first: x - constant. */
  private static Optional<Rescale> of(
      String name, String input, String operation, List<Double> constants) {
    List<Double> one = List.of(1.0);
    List<Double> zero = List.of(0.0);
    return switch (operation) {
      case "Add", "add" -> Optional.of(new Rescale(name, input, one, constants));
      case "Subtract", "subtract" ->
          Optional.of(new Rescale(name, input, one, constants.stream().map(c -> -c).toList()));
      case "Multiply", "multiply" -> Optional.of(new Rescale(name, input, constants, zero));
      case "TrueDivide", "Divide", "truediv", "divide" ->
          Optional.of(new Rescale(name, input, constants.stream().map(c -> 1 / c).toList(), zero));
      default -> Optional.empty();
    };
  }

  /** The constant first: constant - x. */
  private static Optional<Rescale> reversed(
      String name, String input, String operation, List<Double> constants) {
    return switch (operation) {
      case "Add", "Multiply" -> of(name, input, operation, constants);
      case "Subtract" -> Optional.of(new Rescale(name, input, List.of(-1.0), constants));
      default -> Optional.empty();
    };
  }

  private static boolean isConstant(JsonNode node) {
    return node.isNumber() || node.path("class_name").asText().equals("__tensor__");
  }

  private static List<Double> constants(JsonNode node) {
    List<Double> numbers = new ArrayList<>();
    collect(node.isObject() ? node.path("config").path("value") : node, numbers);
    return numbers;
  }

  static void collect(JsonNode node, List<Double> into) {
    if (node.isArray()) {
      node.forEach(inner -> collect(inner, into));
    } else {
      into.add(node.asDouble());
    }
  }
}
