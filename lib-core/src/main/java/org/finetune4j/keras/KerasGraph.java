package org.finetune4j.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Shape;

/**
 * Follows the description of a Keras model, of any age, from its input to its output. Models inside
 * of it are followed in place.
 */
final class KerasGraph {
  /** Far more than any model has; descriptions come from outside. */
  private static final int MOST_LAYERS = 10_000;

  private static final JsonMapper MAPPER = new JsonMapper();

  private final Optional<ImageSize> wantedSize;
  private final Set<String> repeated = new HashSet<>();
  private final Deque<String> around = new ArrayDeque<>();
  private Optional<NetworkBuilder> network = Optional.empty();

  private KerasGraph(Optional<ImageSize> wantedSize, JsonNode description) {
    this.wantedSize = wantedSize;
    findRepeated(description, new HashSet<>());
  }

  private void findRepeated(JsonNode model, Set<String> seen) {
    for (JsonNode layer : layers(model)) {
      if (isModel(layer)) {
        findRepeated(layer, seen);
      } else if (!isInput(layer) && !seen.add(name(layer))) {
        repeated.add(name(layer));
      }
    }
  }

  private static JsonNode layers(JsonNode model) {
    JsonNode config = model.path("config");
    return config.isArray() ? config : config.path("layers");
  }

  private static boolean isInput(JsonNode layer) {
    return layer.path("class_name").asText().equals("InputLayer");
  }

  /** Returns the layer's name, behind those of the models around it where others share it. */
  private String uniqueName(JsonNode layer) {
    String name = name(layer);
    return repeated.contains(name) && !around.isEmpty()
        ? String.join("/", around) + "/" + name
        : name;
  }

  /**
   * Returns the network that a description means.
   *
   * @param json {@code {"class_name": ..., "config": ...}}
   * @param inputSize what it is to read, where it reads any size
   * @throws IllegalArgumentException if something in it has no counterpart
   */
  static Network of(String json, Optional<ImageSize> inputSize) {
    try {
      JsonNode description = MAPPER.readTree(json);
      KerasGraph graph = new KerasGraph(inputSize, description);
      String output = graph.model(description, List.of());
      return graph.builder().from(output).build();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its description is no JSON.", e);
    }
  }

  private NetworkBuilder builder() {
    return network.orElseThrow(() -> new IllegalArgumentException("it has no input layer."));
  }

  private static boolean isModel(JsonNode layer) {
    return layer.path("config").has("layers") || layer.path("config").isArray();
  }

  private static String name(JsonNode layer) {
    return layer.path("config").path("name").asText(layer.path("name").asText());
  }

  /** Adds a model that reads the named layers, none if it is the outermost, and returns its end. */
  private String model(JsonNode model, List<String> inputs) {
    JsonNode config = model.path("config");
    JsonNode layers = layers(model);
    if (layers.size() > MOST_LAYERS || layers.isEmpty()) {
      throw new IllegalArgumentException("a model in it has " + layers.size() + " layers.");
    }
    return config.has("output_layers")
        ? functional(config, inputs)
        : sequential(config, layers, inputs);
  }

  private String sequential(JsonNode config, JsonNode layers, List<String> inputs) {
    Optional<String> last = inputs.stream().findFirst();
    for (JsonNode layer : layers) {
      if (last.isEmpty()) {
        JsonNode first = innermost(layer);
        last = Optional.of(input(isInput(layer) ? name(layer) : "input", first, config));
      }
      last = Optional.of(layer(layer, List.of(last.get())));
    }
    return last.orElseThrow();
  }

  /** A Sequential in a Sequential may leave it to its own first layer to say what it reads. */
  private static JsonNode innermost(JsonNode layer) {
    JsonNode at = layer;
    while (isModel(at) && !at.path("config").path("layers").isEmpty()) {
      at = at.path("config").path("layers").get(0);
    }
    return at.path("config");
  }

  private String functional(JsonNode config, List<String> inputs) {
    List<String> ends = KerasTensors.ends(config.path("output_layers"));
    List<String> starts = KerasTensors.ends(config.path("input_layers"));
    if (ends.size() != 1 || starts.size() != 1 || inputs.size() > 1) {
      throw new IllegalArgumentException(
          "a model with one input and one output is needed, but '"
              + config.path("name").asText()
              + "' has "
              + starts.size()
              + " and "
              + ends.size()
              + ".");
    }
    Map<String, String> ready = new HashMap<>();
    Map<String, List<JsonNode>> waiting = new LinkedHashMap<>();
    Deque<JsonNode> open = new ArrayDeque<>();
    config.path("layers").forEach(open::addLast);
    while (!open.isEmpty()) {
      JsonNode layer = open.removeFirst();
      Optional<String> missing = follow(layer, inputs, ready);
      if (missing.isPresent()) {
        waiting.computeIfAbsent(missing.get(), it -> new ArrayList<>()).add(layer);
      } else {
        open.addAll(waiting.getOrDefault(referredTo(layer), List.of()));
        waiting.remove(referredTo(layer));
      }
    }
    if (!waiting.isEmpty()) {
      throw new IllegalArgumentException(
          "layer '"
              + name(waiting.values().iterator().next().get(0))
              + "' reads a layer that is not there.");
    }
    return found(ready, ends.get(0));
  }

  /** Returns the name by which other layers read a layer. */
  private static String referredTo(JsonNode layer) {
    return isInput(layer) ? name(layer) : layer.path("name").asText(name(layer));
  }

  /** Adds a layer if all that it reads is there; else returns what is not. */
  private Optional<String> follow(JsonNode layer, List<String> inputs, Map<String, String> ready) {
    String name = name(layer);
    if (isInput(layer)) {
      JsonNode config = layer.path("config");
      ready.put(name, inputs.isEmpty() ? input(name, config, config) : inputs.get(0));
      return Optional.empty();
    }
    List<String> read = new ArrayList<>();
    for (String reference : KerasTensors.read(name, layer.path("inbound_nodes"))) {
      if (!ready.containsKey(reference)) {
        return Optional.of(reference);
      }
      read.add(found(ready, reference));
    }
    ready.put(referredTo(layer), layer(layer, read));
    return Optional.empty();
  }

  private static String found(Map<String, String> ready, String name) {
    String found = ready.get(name);
    if (found == null) {
      throw new IllegalArgumentException("it has no layer '" + name + "', which is read.");
    }
    return found;
  }

  /** Adds a layer, or a whole model in its place, and returns the name of the last one added. */
  private String layer(JsonNode layer, List<String> inputs) {
    if (isModel(layer)) {
      around.addLast(name(layer));
      String end = model(layer, inputs);
      around.removeLast();
      return end;
    }
    Optional<Rescale> arithmetic =
        inputs.size() == 1
            ? KerasArithmetic.of(uniqueName(layer), layer, inputs.get(0))
            : Optional.empty();
    if (arithmetic.isPresent()) {
      return builder().layer(arithmetic.get()).last();
    }
    new KerasLayer(
            uniqueName(layer), layer.path("class_name").asText(), layer.path("config"), inputs)
        .addTo(builder());
    return builder().last();
  }

  /** Starts the network; the shape stands in one of the two places, with or without the batch. */
  private String input(String name, JsonNode layer, JsonNode model) {
    if (network.isPresent()) {
      throw new IllegalArgumentException("it has several inputs, '" + name + "' besides others.");
    }
    JsonNode shape = layer.path("batch_input_shape");
    shape = shape.isArray() ? shape : layer.path("batch_shape");
    shape = shape.isArray() ? shape : model.path("build_input_shape");
    network = Optional.of(Network.builder(name, shape(shape)));
    return name;
  }

  /** Pictures, channels last; gray ones may come without a channel dimension. */
  private Shape shape(JsonNode batched) {
    int channels = batched.size() == 3 ? 1 : batched.path(3).asInt();
    if (batched.size() < 3 || batched.size() > 4 || (channels != 3 && channels != 1)) {
      throw new IllegalArgumentException(
          "it reads " + batched + ", not pictures of one or three channels, channels last.");
    }
    int height = batched.path(1).asInt(wantedSize.map(ImageSize::height).orElse(0));
    int width = batched.path(2).asInt(wantedSize.map(ImageSize::width).orElse(0));
    if (height == 0 || width == 0) {
      throw new IllegalArgumentException(
          "it reads pictures of any size; say which with KerasModel.read(file, inputSize).");
    }
    if (wantedSize.isPresent() && !wantedSize.get().equals(new ImageSize(width, height))) {
      throw new IllegalArgumentException(
          "it reads pictures of "
              + new ImageSize(width, height)
              + " only, not "
              + wantedSize.get()
              + ".");
    }
    return Shape.map(channels, height, width);
  }
}
