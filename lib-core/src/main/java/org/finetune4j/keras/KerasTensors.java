package org.finetune4j.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** References from layer to layer in the description of a functional Keras model. */
final class KerasTensors {
  private KerasTensors() {}

  /** Returns the layers of {@code input_layers} or {@code output_layers}; Keras 3 flattens one. */
  static List<String> ends(JsonNode layers) {
    List<String> ends = new ArrayList<>();
    collect(layers, ends);
    return ends;
  }

  /**
   * Returns what a layer reads, in order.
   *
   * @throws IllegalArgumentException if it is called more than once
   */
  static List<String> read(String layer, JsonNode inboundNodes) {
    if (inboundNodes.size() != 1) {
      throw new IllegalArgumentException(
          "layer '"
              + layer
              + "' is used "
              + inboundNodes.size()
              + " times; a layer that several places share has no counterpart here.");
    }
    List<String> read = new ArrayList<>();
    JsonNode call = inboundNodes.get(0);
    collect(call.isObject() ? call.path("args") : call, read);
    return read;
  }

  /** Finds {@code [name, node, tensor]} (Keras 1, 2) and {@code keras_history} (Keras 3). */
  private static void collect(JsonNode node, List<String> into) {
    if (node.isArray() && node.path(0).isTextual() && node.path(1).isIntegralNumber()) {
      into.add(node.get(0).asText());
    } else if (node.isObject() && node.path("class_name").asText().equals("__keras_tensor__")) {
      collect(node.path("config").path("keras_history"), into);
    } else if (node.isArray()) {
      node.forEach(inner -> collect(inner, into));
    }
  }
}
