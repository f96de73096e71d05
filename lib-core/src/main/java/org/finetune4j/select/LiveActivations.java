package org.finetune4j.select;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;

/** How much of a network's activations exists at the same time, layer after layer. */
final class LiveActivations {
  private LiveActivations() {}

  /** Returns the largest sum for one picture, in bytes, four per number. */
  static long largest(Network network) {
    Map<String, Integer> lastReader = new HashMap<>();
    for (int i = 0; i < network.layers().size(); i++) {
      for (String input : network.layers().get(i).inputs()) {
        lastReader.put(input, i);
      }
    }
    network.outputs().forEach(output -> lastReader.put(output, network.layers().size()));
    Set<String> live = new HashSet<>();
    long sum = 0;
    long largest = 0;
    for (int i = 0; i < network.layers().size(); i++) {
      Layer layer = network.layers().get(i);
      sum += network.shape(layer.name()).elements();
      live.add(layer.name());
      largest = Math.max(largest, sum);
      for (String input : new HashSet<>(layer.inputs())) {
        if (lastReader.getOrDefault(input, 0) == i && live.remove(input)) {
          sum -= network.shape(input).elements();
        }
      }
    }
    return largest * Float.BYTES;
  }
}
