package org.finetune4j.weights.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.finetune4j.weights.Tensor;

/**
 * Reads the TensorFlow.js layers format: {@code model.json} with the Keras description ({@code
 * modelTopology}) and the list of tensors ({@code weightsManifest}), the numbers in shards beside
 * it. The shards of a group are one run of bytes, in which its tensors follow each other.
 */
final class TfjsLayers {
  private static final Map<String, Elements> TYPES =
      Map.of(
          "float32", Elements.FLOAT32,
          "float16", Elements.FLOAT16,
          "uint8", Elements.UINT8,
          "uint16", Elements.UINT16,
          "int32", Elements.INT32);

  /** As on most systems; Java takes hours for a path of a million parts. */
  private static final int LONGEST_NAME = 4096;

  private TfjsLayers() {}

  static WeightFile read(Path modelJson, JsonNode model, StoredBytes.Opener files)
      throws IOException {
    JsonNode manifest = model.path("weightsManifest");
    if (!manifest.isArray()) {
      throw new IOException("it is no TensorFlow.js model: it has no weightsManifest");
    }
    List<StoredTensor> tensors = new ArrayList<>();
    requireOnce(manifest);
    for (JsonNode group : manifest) {
      readGroup(group, shards(modelJson, group.path("paths"), files), tensors);
    }
    Optional<ModelConfig> config = config(model);
    List<StoredLayer> layers = LayerGroups.requireUnique(LayerGroups.byPrefix(tensors, '/'));
    return new WeightFile(WeightLayout.KERAS, LayerGroups.ordered(layers, config), config);
  }

  /** Every shard is read once: naming one again and again would fill any memory. */
  private static void requireOnce(JsonNode manifest) throws IOException {
    Set<String> seen = new HashSet<>();
    for (JsonNode group : manifest) {
      for (JsonNode path : group.path("paths")) {
        if (path.asText().length() > LONGEST_NAME) {
          throw new IOException(
              "it names a shard by "
                  + path.asText().length()
                  + " letters; at most "
                  + LONGEST_NAME
                  + " are read");
        }
        if (!seen.add(Path.of(path.asText()).normalize().toString())) {
          throw new IOException("its shard '" + path.asText() + "' is named twice");
        }
      }
    }
  }

  private static Optional<ModelConfig> config(JsonNode model) throws IOException {
    JsonNode topology = model.path("modelTopology");
    JsonNode config = topology.has("model_config") ? topology.path("model_config") : topology;
    if (config.isTextual()) {
      return Optional.of(ModelConfig.parse(config.asText()));
    }
    return config.has("class_name")
        ? Optional.of(ModelConfig.parse(config.toString()))
        : Optional.empty();
  }

  private static ShardedBytes shards(Path modelJson, JsonNode paths, StoredBytes.Opener files)
      throws IOException {
    List<ByteBuffer> shards = new ArrayList<>();
    for (JsonNode path : paths) {
      Path shard = beside(modelJson, path.asText());
      if (!Files.isRegularFile(shard)) {
        throw new IOException("its shard '" + path.asText() + "' is missing beside it");
      }
      try (StoredBytes file = files.open(shard)) {
        shards.add(file.read(0, file.size()));
      }
    }
    return new ShardedBytes(shards);
  }

  private static Path beside(Path modelJson, String name) throws IOException {
    try {
      Path folder = modelJson.toAbsolutePath().normalize().resolveSibling("");
      Path shard = folder.resolve(name).normalize();
      if (!name.isEmpty() && shard.startsWith(folder) && !Path.of(name).isAbsolute()) {
        return shard;
      }
    } catch (InvalidPathException e) {
      // refused below
    }
    throw new IOException("its shard '" + name + "' does not lie beside it");
  }

  private static void readGroup(JsonNode group, ShardedBytes bytes, List<StoredTensor> into)
      throws IOException {
    long at = 0;
    for (JsonNode weight : group.path("weights")) {
      String name = weight.path("name").asText("");
      List<Integer> shape = Json.shape(weight.path("shape"), name);
      JsonNode quantization = weight.path("quantization");
      Elements type =
          type(name, quantization.path("dtype").asText(weight.path("dtype").asText("")));
      long length = type.bytes(shape, name);
      ByteBuffer stored = bytes.piece(at, length, name);
      into.add(new StoredTensor(name, tensor(stored, type, shape, quantization, name)));
      at += length;
    }
    if (at != bytes.size()) {
      throw new IOException(
          "the shards "
              + group.path("paths")
              + " have "
              + bytes.size()
              + " bytes, their tensors take "
              + at);
    }
  }

  private static Elements type(String name, String dtype) throws IOException {
    Elements type = TYPES.get(dtype);
    if (type == null) {
      throw new IOException("'" + name + "' holds " + dtype + ", weights are float32");
    }
    return type;
  }

  private static Tensor tensor(
      ByteBuffer stored, Elements type, List<Integer> shape, JsonNode quantization, String name)
      throws IOException {
    if (!quantization.has("scale")) {
      return type.decode(stored, shape, name);
    }
    return type.dequantise(
        stored,
        shape,
        quantization.path("scale").asDouble(Double.NaN),
        quantization.path("min").asDouble(Double.NaN),
        name);
  }
}
