package org.finetune4j.model.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.evaluate.Thresholds;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Task;

/**
 * What the outputs of a model mean, in its manifest. Without a task it is one label per picture.
 */
final class TaskJson {
  private static final String TAGS = "tags";
  private static final String NUMBERS = "numbers";

  private static final String ACTIVATION = "output_activation";

  private TaskJson() {}

  static void write(ClassifierDefinition definition, ObjectNode manifest) {
    if (definition.task() instanceof Task.Numbers numbers) {
      manifest.put("task", NUMBERS);
      ArrayNode quantities = manifest.putArray("quantities");
      numbers
          .quantities()
          .forEach(it -> quantities.addObject().put("name", it.name()).put("unit", it.unit()));
      manifest.put(ACTIVATION, activation(definition));
      return;
    }
    boolean tags = definition.task() instanceof Task.Tags;
    if (tags) {
      manifest.put("task", TAGS);
    }
    ArrayNode labels = manifest.putArray("labels");
    definition.labels().names().forEach(labels::add);
    manifest.put(ACTIVATION, activation(definition));
    if (definition.thresholds().isPresent()) {
      Thresholds thresholds = definition.thresholds().get();
      ObjectNode json = manifest.putObject("thresholds");
      thresholds.values().forEach(json.putArray("values")::add);
      json.put("selection", thresholds.selection());
    }
  }

  private static String activation(ClassifierDefinition definition) {
    return ClassifierRules.lastActivation(definition.network()).name().toLowerCase(Locale.ROOT);
  }

  /**
   * Holds what the manifest says of the outputs against the network.
   *
   * @throws IllegalArgumentException if it says something else
   */
  static void checkOutputs(JsonNode manifest, ClassifierDefinition definition) {
    String said = manifest.path(ACTIVATION).asText();
    String done = activation(definition);
    if (!said.equals(done)) {
      throw new IllegalArgumentException(
          "its manifest says that the outputs are a '" + said + "', but the network's are " + done);
    }
  }

  static Task task(JsonNode manifest) {
    String task = manifest.path("task").asText("");
    return switch (task) {
      case "" -> Task.oneLabel(labels(manifest));
      case TAGS -> new Task.Tags(labels(manifest));
      case NUMBERS -> {
        List<Quantity> quantities = new ArrayList<>();
        for (JsonNode it : manifest.path("quantities")) {
          quantities.add(new Quantity(it.path("name").asText(), it.path("unit").asText()));
        }
        yield new Task.Numbers(quantities);
      }
      default ->
          throw new IllegalArgumentException(
              "the task '" + task + "' is unknown; tags and numbers are known");
    };
  }

  private static Labels labels(JsonNode manifest) {
    List<String> labels = new ArrayList<>();
    manifest.path("labels").forEach(label -> labels.add(label.asText()));
    return Labels.of(labels);
  }

  static Optional<Thresholds> thresholds(JsonNode manifest) {
    JsonNode json = manifest.path("thresholds");
    if (json.isMissingNode()) {
      return Optional.empty();
    }
    List<Float> values = new ArrayList<>();
    json.path("values").forEach(it -> values.add((float) it.asDouble()));
    return Optional.of(new Thresholds(labels(manifest), values, json.path("selection").asText()));
  }
}
