package org.finetune4j.weights.format;

import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the HDF5 form of Keras 3 ({@code .weights.h5}, and inside {@code .keras}): each layer's
 * group has a group {@code vars} with tensors {@code 0}, {@code 1} ... and the layer's name as an
 * attribute. The file does not keep the order of layers: it comes from the description, if any.
 */
final class Keras3Hdf5 {
  private static final String VARIABLES = "vars";

  private Keras3Hdf5() {}

  static WeightFile read(Hdf5 file, Optional<ModelConfig> config) throws IOException {
    List<StoredLayer> layers = new ArrayList<>();
    collect(file, file.root(), layers, 0);
    if (layers.isEmpty()) {
      throw new IOException(
          "it is no Keras file: it has neither layer_names nor a layer with " + VARIABLES);
    }
    return new WeightFile(
        WeightLayout.KERAS, LayerGroups.ordered(LayerGroups.requireUnique(layers), config), config);
  }

  private static void collect(Hdf5 file, Group group, List<StoredLayer> into, int depth)
      throws IOException {
    if (depth > 32) {
      throw new IOException("its groups are nested too deeply");
    }
    for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
      if (child.getValue().isLink() || !(child.getValue() instanceof Group inner)) {
        continue;
      }
      if (!child.getKey().equals(VARIABLES)) {
        collect(file, inner, into, depth + 1);
      } else if (!inner.getChildren().isEmpty()) {
        String name = file.text(inner, "name").orElse(group.getName());
        into.add(new StoredLayer(name, variables(file, inner)));
      }
    }
  }

  private static List<StoredTensor> variables(Hdf5 file, Group group) throws IOException {
    List<StoredTensor> tensors = new ArrayList<>();
    for (int i = 0; i < group.getChildren().size(); i++) {
      String name = Integer.toString(i);
      tensors.add(new StoredTensor(name, file.tensor(group, name)));
    }
    return tensors;
  }
}
