package org.finetune4j.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.text.NearestName;

/**
 * The layers of a backbone by name.
 *
 * @param owner named in messages
 * @param network what the names stand in
 * @param aliases older names and what they are now
 */
record LayerDirectory(String owner, Network network, Map<String, String> aliases) {
  private static final int SHOWN = 40;

  List<LayerInfo> table() {
    return network.layers().stream()
        .map(
            layer -> {
              List<TensorSpec> tensors = network.tensors(layer.name());
              return new LayerInfo(
                  layer.name(),
                  layer.kind(),
                  network.shape(layer.name()),
                  tensors.stream().mapToLong(TensorSpec::elements).sum(),
                  tensors.stream()
                      .filter(TensorSpec::trainable)
                      .mapToLong(TensorSpec::elements)
                      .sum());
            })
        .toList();
  }

  /** Returns the layer of this name, or the first one of the block. */
  String first(String name) {
    List<String> block = block(name);
    return network.contains(name) || block.isEmpty() ? resolve(name) : block.get(0);
  }

  /** Returns the layers whose names go on behind this one and a dot, in order. */
  private List<String> block(String name) {
    return network.layerNames().stream().filter(it -> it.startsWith(name + ".")).toList();
  }

  /** Returns the layer of this name today, or the last one of the block. */
  String resolve(String name) {
    if (network.contains(name)) {
      return name;
    }
    List<String> block = block(name);
    if (!block.isEmpty()) {
      return block.get(block.size() - 1);
    }
    String now = aliases.getOrDefault(name, name);
    if (network.contains(now)) {
      return now;
    }
    FrozenGraph.in(network)
        .ifPresent(
            graph -> {
              throw new IllegalArgumentException(
                  "Unknown layer '"
                      + name
                      + "' in "
                      + owner
                      + ", which runs as one frozen layer, '"
                      + graph.name()
                      + "'. "
                      + graph.obstacle());
            });
    List<String> known = new ArrayList<>(network.layerNames());
    known.addAll(aliases.keySet());
    List<String> points = network.freezePoints();
    String shown = String.join(", ", points.subList(0, Math.min(SHOWN, points.size())));
    throw new IllegalArgumentException(
        "Unknown layer '"
            + name
            + "' in "
            + owner
            + "."
            + NearestName.hint(name, known)
            + " Layers that can be unfrozen: "
            + shown
            + (points.size() > SHOWN ? ", ... (all in freezePoints())." : "."));
  }
}
