package org.finetune4j.weights.format;

import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads Keras HDF5 files of the older form: the root, or {@code model_weights} in a full model,
 * lists its layers in {@code layer_names}; each layer's group lists its tensors in {@code
 * weight_names}. Names and order come from these two attributes and from nowhere else.
 */
final class KerasHdf5 {
  private static final String LAYERS = "layer_names";

  private KerasHdf5() {}

  /**
   * Reads a file.
   *
   * @param described the model's description, if it lies beside the file; otherwise it may be in it
   */
  static WeightFile read(Hdf5 file, Optional<ModelConfig> described) throws IOException {
    Group root = file.root();
    Group layers =
        root.getAttribute(LAYERS) == null && root.getChild("model_weights") instanceof Group inner
            ? inner
            : root;
    Optional<ModelConfig> config = described.isPresent() ? described : config(file);
    if (layers.getAttribute(LAYERS) == null && layers.getAttribute(LAYERS + "0") == null) {
      return Keras3Hdf5.read(file, config);
    }
    List<StoredLayer> stored = new ArrayList<>();
    for (String name : file.names(layers, LAYERS)) {
      addLayer(file, name, file.group(layers, name), stored);
    }
    // Weights of the model itself, outside any layer; the list above leaves them out.
    Node own = layers.getChild("top_level_model_weights");
    if (own instanceof Group group && group.getAttribute("weight_names") != null) {
      addLayer(file, "top_level_model_weights", group, stored);
    }
    return new WeightFile(
        WeightLayout.KERAS, LayerGroups.requireUnique(LayerGroups.withoutNesting(stored)), config);
  }

  private static Optional<ModelConfig> config(Hdf5 file) throws IOException {
    Optional<String> json = file.text(file.root(), "model_config");
    return json.isPresent() ? Optional.of(ModelConfig.parse(json.get())) : Optional.empty();
  }

  private static void addLayer(Hdf5 file, String name, Group group, List<StoredLayer> into)
      throws IOException {
    List<StoredTensor> tensors = new ArrayList<>();
    for (String weight : file.names(group, "weight_names")) {
      tensors.add(new StoredTensor(weight, file.tensor(group, weight)));
    }
    if (!tensors.isEmpty()) {
      into.add(new StoredLayer(name, tensors));
    }
  }
}
