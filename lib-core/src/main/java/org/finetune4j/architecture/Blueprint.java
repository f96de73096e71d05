package org.finetune4j.architecture;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.Weights;
import org.finetune4j.weights.format.StoredLayer;

/**
 * Writes the network of one architecture, in two parts, and knows how files of its weights name and
 * hold things.
 */
public interface Blueprint {
  /**
   * Adds everything up to the last feature map, as Keras's {@code include_top=False}.
   *
   * @param net holds the input, nothing else
   * @param alpha how many times as wide as published; 1 where the family has one width only
   */
  void trunk(NetworkBuilder net, double alpha);

  /** Adds the classifier for the 1000 classes of ImageNet. */
  void top(NetworkBuilder net);

  /** Adds what only the network without its classifier ends in; nothing in most families. */
  default void withoutTop(NetworkBuilder net) {}

  /** Returns whether the family comes in several widths. */
  default boolean hasWidths() {
    return false;
  }

  /** Returns what layers are called now, by names that they had in older releases. */
  default Map<String, String> aliases() {
    return Map.of();
  }

  /** Returns what PyTorch's model zoos store, if they have this architecture. */
  default Optional<TorchForm> torch() {
    return Optional.empty();
  }

  /** Returns what files of PyTorch's model zoos were trained with. */
  default Preprocessing torchPreprocessing() {
    return Preprocessing.TORCH;
  }

  /**
   * Returns tensors that PyTorch's model zoos hold in other pieces than the network, in its pieces
   * and under its names.
   */
  default List<StoredLayer> fromTorch(List<StoredLayer> stored) {
    return stored;
  }

  /**
   * Returns which layer of the network with its classifier has the numbers for a layer that only
   * the network without it has.
   */
  default Map<String, String> substitutes() {
    return Map.of();
  }

  /**
   * Returns the network that these weights were trained in, where files differ in more than names.
   *
   * @param network as the blueprint writes it
   */
  default Network fitting(Network network, Weights weights) {
    return network;
  }

  /**
   * An architecture as PyTorch's model zoos (torchvision, timm) have it.
   *
   * @param blueprint of their network, which may differ from Keras's
   * @param layers the network's name of a layer by the module's in their files
   */
  record TorchForm(Blueprint blueprint, Map<String, String> layers) {
    /** Copies the names. */
    public TorchForm {
      layers = Map.copyOf(layers);
    }
  }
}
