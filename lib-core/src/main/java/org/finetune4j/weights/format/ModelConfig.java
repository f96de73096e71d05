package org.finetune4j.weights.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The description of a Keras model that full-model files carry ({@code model_config}, {@code
 * modelTopology}).
 *
 * @param json the description itself: {@code {"class_name": ..., "config": ...}}
 * @param layers the layers in the order of the description; those of nested models stand where the
 *     nested model stands, after an entry for the model itself
 */
public record ModelConfig(String json, List<LayerConfig> layers) {
  private static final int DEEPEST = 8;

  /** Copies the layers. */
  public ModelConfig {
    layers = List.copyOf(layers);
  }

  /** Returns the first layer of this name. */
  public Optional<LayerConfig> layer(String name) {
    return layers.stream().filter(layer -> layer.name().equals(name)).findFirst();
  }

  /** Returns the epsilon of a batch normalisation, where the description gives one. */
  public OptionalDouble epsilon(String layer) {
    return layer(layer).map(it -> it.number("epsilon")).orElse(OptionalDouble.empty());
  }

  static ModelConfig parse(String json) throws IOException {
    JsonNode model = Json.parse(json);
    List<LayerConfig> layers = new ArrayList<>();
    collect(model, layers, 0);
    return new ModelConfig(json, layers);
  }

  /**
   * Functional models keep their layers in config.layers, Keras 1's Sequential in config itself.
   */
  private static void collect(JsonNode model, List<LayerConfig> into, int depth)
      throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("its models are nested too deeply");
    }
    JsonNode config = model.path("config");
    for (JsonNode layer : config.isArray() ? config : config.path("layers")) {
      JsonNode settings = layer.path("config");
      String name = settings.path("name").asText(layer.path("name").asText(""));
      into.add(new LayerConfig(name, layer.path("class_name").asText(""), Json.values(settings)));
      collect(layer, into, depth + 1);
    }
  }
}
