package org.finetune4j.weights.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings tensors together by layer. */
final class LayerGroups {
  private static final Set<String> ROLES =
      Set.of(
          "kernel",
          "depthwise_kernel",
          "pointwise_kernel",
          "bias",
          "gamma",
          "beta",
          "moving_mean",
          "moving_variance");

  private LayerGroups() {}

  /** Groups by everything before the last separator, in the order of first appearance. */
  static List<StoredLayer> byPrefix(List<StoredTensor> tensors, char separator) {
    Map<String, List<StoredTensor>> layers = new LinkedHashMap<>();
    for (StoredTensor tensor : tensors) {
      layers.computeIfAbsent(prefix(tensor.name(), separator), it -> new ArrayList<>()).add(tensor);
    }
    List<StoredLayer> grouped = new ArrayList<>();
    layers.forEach((name, members) -> grouped.add(new StoredLayer(name, members)));
    return grouped;
  }

  /**
   * Keras stores a nested model as one layer: first what trains in all of its layers, then their
   * statistics. The names tell which layer each tensor is of.
   */
  static List<StoredLayer> withoutNesting(List<StoredLayer> layers) {
    List<StoredLayer> flat = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    for (StoredLayer layer : layers) {
      boolean nested = isNested(layer);
      flat.addAll(nested ? byPrefix(layer.tensors(), '/') : List.of(layer));
      while (prefixes.size() < flat.size()) {
        prefixes.add(nested ? layer.name() + "/" : "");
      }
    }
    return qualified(flat, prefixes);
  }

  /** Puts the names of the models around them before the names that several layers share. */
  static List<StoredLayer> qualified(List<StoredLayer> layers, List<String> prefixes) {
    Map<String, Integer> counts = new HashMap<>();
    layers.forEach(layer -> counts.merge(layer.name(), 1, Integer::sum));
    List<StoredLayer> qualified = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      StoredLayer layer = layers.get(i);
      boolean shared = counts.getOrDefault(layer.name(), 0) > 1;
      qualified.add(
          shared ? new StoredLayer(prefixes.get(i) + layer.name(), layer.tensors()) : layer);
    }
    return qualified;
  }

  /** Old single layers mix names ({@code uniform3}, {@code fire2/expand1x1_b}), but never roles. */
  private static boolean isNested(StoredLayer layer) {
    return layer.tensors().stream()
            .allMatch(it -> ROLES.contains(it.role()) && it.name().indexOf('/') > 0)
        && layer.tensors().stream().map(it -> prefix(it.name(), '/')).distinct().count() > 1;
  }

  /** Puts layers into the description's order, where it has them all; some formats sort by name. */
  static List<StoredLayer> ordered(List<StoredLayer> layers, Optional<ModelConfig> config) {
    List<String> order =
        config.stream().flatMap(it -> it.layers().stream()).map(LayerConfig::name).toList();
    Map<String, Integer> places = new HashMap<>();
    for (String name : order) {
      places.putIfAbsent(name, places.size());
    }
    if (!layers.stream().allMatch(layer -> places.containsKey(layer.name()))) {
      return layers;
    }
    List<StoredLayer> sorted = new ArrayList<>(layers);
    sorted.sort(Comparator.comparing(layer -> places.getOrDefault(layer.name(), 0)));
    return sorted;
  }

  static List<StoredLayer> requireUnique(List<StoredLayer> layers) throws IOException {
    for (StoredLayer layer : layers) {
      if (layer.tensors().stream().map(StoredTensor::name).distinct().count()
          != layer.tensors().size()) {
        throw new IOException("layer '" + layer.name() + "' names a tensor twice");
      }
    }
    if (layers.stream().map(StoredLayer::name).distinct().count() != layers.size()) {
      throw new IOException("a layer stands twice");
    }
    return layers;
  }

  private static String prefix(String name, char separator) {
    return name.substring(0, Math.max(0, name.lastIndexOf(separator)));
  }
}
