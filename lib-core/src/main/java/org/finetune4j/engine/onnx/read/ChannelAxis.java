package org.finetune4j.engine.onnx.read;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Wholes;

/** Finds where the channels of a map stand: what made it says so. */
final class ChannelAxis {
  private final Map<String, OnnxNode> makers = new HashMap<>();
  private final String pixels;

  ChannelAxis(List<OnnxNode> nodes, String pixels) {
    nodes.forEach(node -> makers.put(node.output(), node));
    this.pixels = pixels;
  }

  /** Returns whether a value is [n, channels, rows, columns], not [n, rows, columns, channels]. */
  boolean isFirst(String value) {
    Set<String> seen = new HashSet<>();
    String name = value;
    while (!name.equals(pixels) && seen.add(name)) {
      OnnxNode maker = makers.get(name);
      if (maker == null) {
        return true;
      }
      switch (maker.operator()) {
        case "Conv", "MaxPool", "AveragePool", "GlobalAveragePool", "BatchNormalization" -> {
          return true;
        }
        case "LayerNormalization" -> {
          return false;
        }
        case "Transpose" -> {
          return !(maker.attributes().get("perm") instanceof Wholes perm)
              || !perm.values().equals(List.of(0L, 2L, 3L, 1L));
        }
        default ->
            name = maker.inputs().stream().filter(makers::containsKey).findFirst().orElse("");
      }
    }
    return true;
  }
}
