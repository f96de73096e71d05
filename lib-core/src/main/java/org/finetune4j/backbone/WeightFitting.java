package org.finetune4j.backbone;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.finetune4j.architecture.Blueprint;
import org.finetune4j.architecture.Blueprint.TorchForm;
import org.finetune4j.backbone.match.LayerMatcher;
import org.finetune4j.backbone.match.PositionGrid;
import org.finetune4j.backbone.match.TensorReader;
import org.finetune4j.backbone.match.TorchNames;
import org.finetune4j.backbone.match.WrappedNames;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.finetune4j.weights.format.LayerConfig;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.WeightFile;
import org.finetune4j.weights.format.WeightLayout;

/**
 * Brings an architecture and a weight file together. Every tensor of the file is used exactly once
 * and has the right shape and finite values, or the file is refused.
 *
 * @param architecture what the file is for
 * @param size of the input
 * @param alpha the network's width
 * @param includeTop whether the classifier is wanted
 */
record WeightFitting(Architecture architecture, ImageSize size, double alpha, boolean includeTop) {
  /** Of the ResNet50 files from before Keras 2.2.3, which hold no configuration. */
  private static final double OLD_RESNET_EPSILON = 1e-3;

  /**
   * A network and the weights it was published with.
   *
   * @param network at the input size asked for
   * @param weights in the network's layout, nothing besides
   * @param resized gives the same network at another input size
   * @param preprocessing what the weights were trained with
   */
  record Fitted(
      Network network,
      Weights weights,
      Function<ImageSize, Network> resized,
      Preprocessing preprocessing) {}

  /**
   * Fits a file.
   *
   * @param source names the file in messages
   * @throws IOException if it is not a file of this architecture
   * @throws IllegalArgumentException if the network cannot have this input size, width or top
   */
  Fitted fit(String source, WeightFile file) throws IOException {
    return file.layout() == WeightLayout.TORCH ? fitTorch(source, file) : fitKeras(source, file);
  }

  private Fitted fitKeras(String source, WeightFile file) throws IOException {
    Map<String, String> aliases = architecture.blueprint().aliases();
    List<StoredLayer> renamed = new ArrayList<>();
    Map<String, Double> epsilons = new HashMap<>();
    boolean oldNames = file.layers().stream().anyMatch(it -> it.name().equals("bn_conv1"));
    for (StoredLayer layer : inModelOrder(file)) {
      String name = aliases.getOrDefault(layer.name(), layer.name());
      renamed.add(new StoredLayer(name, layer.tensors()));
      file.config()
          .flatMap(config -> config.epsilon(layer.name()).stream().boxed().findFirst())
          .or(() -> oldNames ? Optional.of(OLD_RESNET_EPSILON) : Optional.empty())
          .ifPresent(epsilon -> epsilons.put(name, epsilon));
    }
    return fit(architecture.blueprint(), source, file, renamed, epsilons);
  }

  /** Converters sort by name; a description of the model brings Keras's order back. */
  private static List<StoredLayer> inModelOrder(WeightFile file) {
    List<String> order =
        file.config().stream()
            .flatMap(config -> config.layers().stream().map(LayerConfig::name))
            .toList();
    Map<String, Integer> position = new HashMap<>();
    order.forEach(name -> position.putIfAbsent(name, position.size()));
    return file.layers().stream()
        .sorted(Comparator.comparing(it -> position.getOrDefault(it.name(), Integer.MAX_VALUE)))
        .toList();
  }

  private Fitted fitTorch(String source, WeightFile file) throws IOException {
    TorchForm torch =
        architecture
            .blueprint()
            .torch()
            .orElseThrow(
                () ->
                    new IOException(
                        "Weight file "
                            + source
                            + " has PyTorch's names, which are not known for "
                            + architecture
                            + ". Use a Keras file."));
    List<StoredLayer> unwrapped = WrappedNames.unwrap(file.layers(), torch.layers().keySet());
    List<StoredLayer> layers =
        TorchNames.translate(torch.blueprint().fromTorch(unwrapped), torch.layers());
    return fit(torch.blueprint(), source, file, layers, Map.of());
  }

  private Fitted fit(
      Blueprint form,
      String source,
      WeightFile file,
      List<StoredLayer> stored,
      Map<String, Double> epsilons)
      throws IOException {
    // Weights depend on the input size in one place only: where a dense layer reads a flattened
    // map.
    ImageSize published = architecture.defaultInputSize();
    Network full = architecture.network(form, published, alpha, true);
    Network trunk = architecture.network(form, published, alpha, false);
    Network target = architecture.network(form, size, alpha, includeTop);
    if (includeTop) {
      requireSameTensors(full, target);
    }
    Map<String, StoredLayer> matched =
        new LayerMatcher(
                architecture.name(), full, trunk, source, stored, file.config().isPresent())
            .match(includeTop);
    substitute(form, target, matched);
    Weights.Builder weights = Weights.builder();
    Map<String, Double> byLayer = new HashMap<>();
    for (Map.Entry<String, StoredLayer> entry : matched.entrySet()) {
      Network owner = full.contains(entry.getKey()) ? full : trunk;
      Map<TensorSpec, Tensor> tensors =
          PositionGrid.isIn(target, entry.getKey())
              ? PositionGrid.fit(source, target, entry.getKey(), entry.getValue())
              : new TensorReader(source, owner, file.layout())
                  .read(entry.getKey(), entry.getValue());
      if (target.contains(entry.getKey())) {
        tensors.forEach((spec, tensor) -> weights.put(spec.name(), tensor));
      }
      Optional.ofNullable(epsilons.get(entry.getValue().name()))
          .ifPresent(epsilon -> byLayer.put(entry.getKey(), epsilon));
    }
    Weights fitted = weights.build();
    Function<Network, Network> adapted =
        network -> form.fitting(withEpsilons(network, byLayer), fitted);
    return new Fitted(
        adapted.apply(target),
        fitted,
        other -> adapted.apply(architecture.network(form, other, alpha, includeTop)),
        file.layout() == WeightLayout.TORCH
            ? form.torchPreprocessing()
            : architecture.preprocessing());
  }

  private static void substitute(Blueprint form, Network target, Map<String, StoredLayer> matched) {
    form.substitutes()
        .forEach(
            (layer, other) -> {
              StoredLayer stored = matched.get(other);
              if (target.contains(layer) && stored != null) {
                matched.putIfAbsent(layer, stored);
              }
            });
  }

  /** A classifier that flattens reads the size it was trained at, no other. */
  private void requireSameTensors(Network published, Network target) {
    for (TensorSpec spec : target.tensors()) {
      boolean interpolated = PositionGrid.isIn(target, spec.layer());
      if (!interpolated && !published.tensors(spec.layer()).contains(spec)) {
        throw new IllegalArgumentException(
            architecture
                + " with its top reads images of "
                + architecture.defaultInputSize()
                + " only, but the input size is "
                + size
                + ". Leave out the top, or the input size.");
      }
    }
  }

  private static Network withEpsilons(Network network, Map<String, Double> epsilons) {
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : network.layers()) {
      Double epsilon = epsilons.get(layer.name());
      layers.add(
          layer instanceof BatchNormalization normalization && epsilon != null
              ? normalization.epsilon(epsilon)
              : layer);
    }
    return new Network(layers, network.outputs());
  }
}
