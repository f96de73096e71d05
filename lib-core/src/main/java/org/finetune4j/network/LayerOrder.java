package org.finetune4j.network;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The order of Keras's {@code model.layers}, in which weight files store their tensors and "every
 * layer after this one" is meant (Keras {@code ops/function.py}, {@code map_graph}): farthest from
 * the output first; layers at the same distance in the order in which a walk from the output back
 * along the inputs meets them.
 */
final class LayerOrder {
  private final Map<String, Layer> layers = new HashMap<>();
  private final Map<String, Integer> distance = new HashMap<>();
  private final Map<String, Integer> met = new HashMap<>();

  private LayerOrder(List<Layer> created) {
    created.forEach(layer -> layers.put(layer.name(), layer));
  }

  /**
   * Returns the layers in Keras's order.
   *
   * @param created each layer after those it reads
   * @param output the only layer that no other reads
   */
  static List<Layer> keras(List<Layer> created, String output) {
    LayerOrder order = new LayerOrder(created);
    order.measure(created);
    order.walk(output);
    for (Layer layer : created) {
      if (!order.met.containsKey(layer.name())) {
        throw new IllegalArgumentException(
            "Layer '"
                + layer.name()
                + "' does not lead to the output '"
                + output
                + "': remove it or let a later layer read it.");
      }
    }
    return created.stream()
        .sorted(
            Comparator.comparing((Layer layer) -> -order.distance.getOrDefault(layer.name(), 0))
                .thenComparing(layer -> order.met.getOrDefault(layer.name(), 0)))
        .toList();
  }

  private void measure(List<Layer> created) {
    for (int i = created.size() - 1; i >= 0; i--) {
      int next = distance.getOrDefault(created.get(i).name(), 0) + 1;
      created.get(i).inputs().forEach(input -> distance.merge(input, next, Math::max));
    }
  }

  private void walk(String output) {
    Deque<String> open = new ArrayDeque<>(List.of(output));
    while (!open.isEmpty()) {
      String name = open.pop();
      if (met.putIfAbsent(name, met.size()) == null) {
        List<String> inputs = Objects.requireNonNull(layers.get(name)).inputs();
        for (int i = inputs.size() - 1; i >= 0; i--) {
          open.push(inputs.get(i));
        }
      }
    }
  }
}
