package org.finetune4j.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.finetune4j.backbone.match.LayerMatcher;
import org.finetune4j.backbone.match.TensorReader;
import org.finetune4j.backbone.match.TorchNames;
import org.finetune4j.backbone.match.WrappedNames;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.WeightFile;
import org.finetune4j.weights.format.WeightLayout;

/**
 * Weights from files for networks of one's own, for {@link PretrainedBackbone#of} and for trainings
 * that start from them.
 *
 * <pre>{@code
 * Weights weights =
 *     NetworkWeights.read(network, Map.of("features.0", "conv1"), Path.of("mine.safetensors"));
 * }</pre>
 */
public final class NetworkWeights {
  private NetworkWeights() {}

  /**
   * Reads a file whose layers have the network's names, or stand in its order.
   *
   * @see #read(Network, Map, Path)
   */
  public static Weights read(Network network, Path file) throws IOException {
    return read(network, Map.of(), file);
  }

  /**
   * Reads a Keras HDF5, {@code .keras}, TensorFlow.js or safetensors file. Layers are found by
   * name; where the file knows none of the network's names, by position. Every tensor of the
   * network is in the file and has its shape, or the file is refused; kernels of PyTorch and Keras
   * are turned into the network's layout. What all names of a safetensors file begin with, such as
   * {@code module.}, may be there or not.
   *
   * @param network what the weights are for
   * @param names the network's name of a layer by the file's; layers with equal names are left out.
   *     PyTorch's modules are named as in its {@code state_dict}, without {@code .weight}
   * @param file where the weights are
   * @return the network's tensors, in its layout
   * @throws IOException if the file cannot be read or does not fit; the message names the tensor
   * @throws IllegalArgumentException if a name is none of the network's layers
   */
  public static Weights read(Network network, Map<String, String> names, Path file)
      throws IOException {
    Objects.requireNonNull(network, "network");
    names.values().forEach(network::layer);
    WeightFile stored = WeightFile.read(file);
    String source = "'" + file.getFileName() + "'";
    Set<String> known = new HashSet<>(names.keySet());
    network.layers().forEach(layer -> known.add(layer.name()));
    List<StoredLayer> layers =
        stored.layout() == WeightLayout.TORCH
            ? TorchNames.translate(WrappedNames.unwrap(stored.layers(), known), names)
            : renamed(stored.layers(), names);
    Map<String, StoredLayer> matched =
        new LayerMatcher(
                "the network", network, network, source, layers, stored.config().isPresent())
            .match(true);
    TensorReader reader = new TensorReader(source, network, stored.layout());
    Weights.Builder weights = Weights.builder();
    for (Map.Entry<String, StoredLayer> entry : matched.entrySet()) {
      reader
          .read(entry.getKey(), entry.getValue())
          .forEach((spec, tensor) -> weights.put(spec.name(), tensor));
    }
    return weights.build();
  }

  private static List<StoredLayer> renamed(List<StoredLayer> layers, Map<String, String> names) {
    List<StoredLayer> renamed = new ArrayList<>();
    for (StoredLayer layer : layers) {
      String name = names.getOrDefault(layer.name(), layer.name());
      renamed.add(new StoredLayer(name, layer.tensors()));
    }
    return renamed;
  }
}
