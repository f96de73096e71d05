package org.finetune4j.model.bundle;

import java.util.ArrayList;
import java.util.List;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;

/** Where the features of a classifier are: the first vector that is all that later layers read. */
public final class FeatureLayer {
  private FeatureLayer() {}

  /**
   * Returns its name.
   *
   * @throws IllegalArgumentException if there is none before the output
   */
  public static String of(Network network) {
    List<String> names = network.layerNames();
    for (int i = 0; i + 1 < names.size(); i++) {
      String name = names.get(i);
      if (network.shape(name).isVector()
          && !(network.layer(name) instanceof Input)
          && network.boundary(names.get(i + 1)).equals(List.of(name))) {
        return name;
      }
    }
    throw new IllegalArgumentException(
        "Pictures are compared by their features, a vector that all later layers read; this network"
            + " has none before its output.");
  }

  /**
   * Returns a network with another one behind its features; both outputs are outputs.
   *
   * @throws IllegalArgumentException if the other one reads features of another size, or has names
   *     of the first
   */
  static Network withBranch(Network network, Network branch) {
    String features = of(network);
    if (!network.shape(features).equals(branch.inputs().get(0).shape())) {
      throw new IllegalArgumentException(
          "The detector of new pictures reads "
              + branch.inputs().get(0).shape()
              + " features, but the classifier has "
              + network.shape(features)
              + " at '"
              + features
              + "'. Fit it on features of the same extractor.");
    }
    String input = branch.inputs().get(0).name();
    List<Layer> layers = new ArrayList<>(network.layers());
    for (Layer layer : branch.layers()) {
      if (!(layer instanceof Input)) {
        layers.add(
            layer.reading(
                layer.inputs().stream().map(it -> it.equals(input) ? features : it).toList()));
      }
    }
    return new Network(layers, List.of(network.output(), branch.output()));
  }
}
