package org.finetune4j.keras;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.backbone.match.TensorReader;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;
import org.finetune4j.weights.format.ModelConfig;
import org.finetune4j.weights.format.StoredLayer;
import org.finetune4j.weights.format.WeightFile;
import org.finetune4j.weights.format.WeightLayout;

/**
 * A whole Keras model, its own classifier included, built from the description in its file: what
 * {@code model.save} wrote, a Teachable Machine export, or TensorFlow.js layers. Models nested in
 * models become one network. Holds no native memory.
 *
 * @param network as described, layers by their names in the file
 * @param weights in the network's layout, nothing besides
 */
public record KerasModel(Network network, Weights weights) {
  /**
   * Reads a model whose description says its input size.
   *
   * @param file Keras HDF5 or {@code .keras} with the model in it, or a TensorFlow.js {@code
   *     model.json}
   * @throws IOException if it cannot be read, holds weights only, or a layer that has no
   *     counterpart here; the message names the layer
   */
  public static KerasModel read(Path file) throws IOException {
    return read(file, Optional.empty());
  }

  /**
   * Reads a model that takes pictures of any size.
   *
   * @param file as in {@link #read(Path)}
   * @param inputSize the size it is to read
   * @throws IOException likewise, or if the model reads another size only
   */
  public static KerasModel read(Path file, ImageSize inputSize) throws IOException {
    return read(file, Optional.of(Objects.requireNonNull(inputSize, "inputSize")));
  }

  /**
   * Returns the model with a softmax behind it, or a sigmoid behind a single output: for models
   * that end in logits because their loss was made with {@code from_logits=True}.
   */
  public KerasModel withSoftmax() {
    return new KerasModel(network.withSoftmax(), weights);
  }

  private static KerasModel read(Path file, Optional<ImageSize> inputSize) throws IOException {
    String source = "'" + file.getFileName() + "'";
    WeightFile stored = WeightFile.read(file);
    ModelConfig config =
        stored
            .config()
            .orElseThrow(
                () ->
                    new IOException(
                        "Weight file "
                            + source
                            + " holds weights only, no description of a model. Save the model"
                            + " whole (model.save), or build its architecture with"
                            + " PretrainedBackbone.builder."));
    try {
      Network network = KerasGraph.of(config.json(), inputSize);
      return new KerasModel(network, weights(source, network, stored));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException("Model " + source + " cannot be built: " + e.getMessage(), e);
    }
  }

  private static Weights weights(String source, Network network, WeightFile stored)
      throws IOException {
    TensorReader reader = new TensorReader(source, network, WeightLayout.KERAS);
    Weights.Builder weights = Weights.builder();
    Map<String, StoredLayer> unused = new LinkedHashMap<>();
    stored.layers().forEach(layer -> unused.put(path(network, layer), layer));
    for (Layer layer : network.layers()) {
      if (!network.tensors(layer.name()).isEmpty()) {
        StoredLayer found = take(layer.name(), unused);
        reader
            .read(layer.name(), found)
            .forEach((spec, tensor) -> weights.put(spec.name(), tensor));
      }
    }
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          "its file holds weights for layers that its description does not have: "
              + unused.keySet()
              + ".");
    }
    return weights.build();
  }

  /**
   * A nested model of a single layer is stored under its own name, the layer's is in the tensor's.
   */
  private static String path(Network network, StoredLayer layer) {
    String tensor = layer.tensors().get(0).name();
    return network.contains(layer.name()) || tensor.indexOf('/') < 0
        ? layer.name()
        : tensor.substring(0, tensor.lastIndexOf('/'));
  }

  /** Keras 3 puts the names of the models around it before a layer's. */
  private static StoredLayer take(String name, Map<String, StoredLayer> unused) {
    List<String> paths =
        unused.keySet().stream()
            .filter(path -> path.equals(name) || path.endsWith("/" + name))
            .toList();
    String path = paths.contains(name) || paths.size() != 1 ? name : paths.get(0);
    StoredLayer found = unused.remove(path);
    if (found == null) {
      throw new IllegalArgumentException(
          "its file holds no weights for layer '"
              + name
              + "'"
              + (paths.isEmpty() ? "." : ", or several: " + paths + "."));
    }
    return found;
  }
}
