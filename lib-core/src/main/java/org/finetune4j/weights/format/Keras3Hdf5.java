package org.finetune4j.weights.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.jhdf.api.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the HDF5 form of Keras 3 ({@code .weights.h5}, and inside {@code .keras}): each layer's
 * group has a group {@code vars} with tensors {@code 0}, {@code 1} ... and the layer's name as an
 * attribute. Files from before Keras 3.4 lack the names: there, layers are the first, second ... of
 * their class, and the description says what those are called. The file does not keep the order of
 * layers: it comes from the description, if any.
 *
 * <p>Beside the layers lies the state of a compiled model, of models nested in it likewise: the
 * optimizer's variables, metrics, random numbers. They are no weights.
 */
final class Keras3Hdf5 {
  private final Hdf5 file;
  private final List<StoredLayer> layers = new ArrayList<>();

  /** Of each layer, the names of the models around it, each with a slash behind. */
  private final List<String> prefixes = new ArrayList<>();

  private Keras3Hdf5(Hdf5 file) {
    this.file = file;
  }

  static WeightFile read(Hdf5 file, Optional<ModelConfig> config) throws IOException {
    Keras3Hdf5 reader = new Keras3Hdf5(file);
    JsonNode description =
        config.isPresent() ? Json.parse(config.get().json()) : MissingNode.getInstance();
    reader.object(Keras3Group.root(file.root()), "vars", "", description);
    if (reader.layers.isEmpty()) {
      throw new IOException(
          "it is no Keras file: it has neither layer_names nor a layer with vars");
    }
    return new WeightFile(
        WeightLayout.KERAS,
        LayerGroups.ordered(
            LayerGroups.requireUnique(LayerGroups.qualified(reader.layers, reader.prefixes)),
            config),
        config);
  }

  /**
   * Adds a model or a layer.
   *
   * @param name where the file has none
   * @param prefix the names of the models around it
   * @param description of it, or missing
   */
  private void object(Keras3Group group, String name, String prefix, JsonNode description)
      throws IOException {
    String own = group.name(file).orElse(name);
    if (group.variables().isPresent()) {
      layers.add(new StoredLayer(own, tensors(group.variables().get())));
      prefixes.add(prefix);
    }
    if (group.isModel()) {
      layersOf(group, group.key().isEmpty() ? "" : prefix + own + "/", description);
      return;
    }
    for (Keras3Group part : group.parts()) {
      object(part, part.key(), prefix, MissingNode.getInstance());
    }
  }

  private void layersOf(Keras3Group model, String prefix, JsonNode description) throws IOException {
    List<Keras3Group> groups = model.layers();
    int sameClass = 0;
    for (int i = 0; i < groups.size(); i++) {
      Keras3Group group = groups.get(i);
      sameClass = i > 0 && groups.get(i - 1).kind().equals(group.kind()) ? sameClass + 1 : 0;
      List<JsonNode> described = ofClass(description, group.kind());
      JsonNode layer =
          described.size() > sameClass ? described.get(sameClass) : MissingNode.getInstance();
      object(group, layer.path("config").path("name").asText(group.key()), prefix, layer);
    }
  }

  private static List<JsonNode> ofClass(JsonNode model, String kind) {
    JsonNode config = model.path("config");
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode layer : config.isArray() ? config : config.path("layers")) {
      if (Keras3Group.plain(layer.path("class_name").asText()).equals(kind)) {
        found.add(layer);
      }
    }
    return found;
  }

  private List<StoredTensor> tensors(Group variables) throws IOException {
    List<StoredTensor> tensors = new ArrayList<>();
    for (int i = 0; i < variables.getChildren().size(); i++) {
      String name = Integer.toString(i);
      tensors.add(new StoredTensor(name, file.tensor(variables, name)));
    }
    return tensors;
  }
}
