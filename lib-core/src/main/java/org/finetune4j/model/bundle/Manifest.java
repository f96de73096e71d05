package org.finetune4j.model.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.json.NetworkJson;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.provenance.Provenance;
import org.finetune4j.target.Task;
import org.finetune4j.text.PrettyJson;

/**
 * The {@code manifest.json} of a bundle: format version, labels, tags or numbers, preprocessing,
 * network, provenance, outputs for synthetic pictures and the SHA-256 of the model.
 */
public final class Manifest {
  /** Grows when an older library could no longer read what is written. */
  static final int FORMAT = 4;

  /** Classifiers are written as they always were, in float32 and in eight bits. */
  private static final int FORMAT_OF_FLOATS = 1;

  private static final int FORMAT_OF_EIGHT_BITS = 2;

  private static final int FORMAT_OF_TASKS = 3;

  /** A file must not decide how much memory its first picture takes. */
  private static final long LARGEST_INPUT = 4096 * 4096;

  /** Says that operators of somebody else's file are in the model, and of which. */
  private static final String FOREIGN_GRAPH = "foreign_graph_sha256";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Manifest() {}

  static byte[] write(
      ClassifierDefinition definition,
      Optional<EightBits> rounding,
      String modelSha256,
      ObjectNode replay)
      throws JsonProcessingException {
    ObjectNode manifest = MAPPER.createObjectNode();
    boolean labels = definition.task() instanceof Task.OneLabel;
    int classifier = rounding.isPresent() ? FORMAT_OF_EIGHT_BITS : FORMAT_OF_FLOATS;
    int known = labels ? classifier : FORMAT_OF_TASKS;
    manifest.put("format", definition.uncertainty().isNone() ? known : FORMAT);
    manifest.put("model_sha256", modelSha256);
    TaskJson.write(definition, manifest);
    manifest.set("preprocessing", MAPPER.readTree(definition.preprocessing().toJson()));
    FrozenGraph.in(definition.network())
        .ifPresent(graph -> manifest.put(FOREIGN_GRAPH, graph.sha256()));
    rounding.ifPresent(it -> manifest.set("precision", EightBitsJson.write(it)));
    if (!definition.uncertainty().isNone()) {
      manifest.set("uncertainty", UncertaintyJson.write(definition.uncertainty()));
    }
    manifest.set("provenance", MAPPER.valueToTree(definition.provenance().facts()));
    manifest.set("replay", replay);
    manifest.set("network", NetworkJson.write(definition.network()));
    return PrettyJson.bytes(manifest);
  }

  static JsonNode parse(byte[] bytes, Path file) throws IOException {
    JsonNode manifest;
    try {
      manifest = MAPPER.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw ClassifierBundle.refused(file, "its manifest is no JSON: " + e.getOriginalMessage(), e);
    }
    int format = manifest.path("format").asInt(0);
    if (format < 1) {
      throw ClassifierBundle.refused(file, "its manifest has no format version");
    }
    if (format > FORMAT) {
      throw new IOException(
          "The classifier "
              + file
              + " has format version "
              + format
              + ", this library reads up to version "
              + FORMAT
              + ". Use a newer Finetune4j.");
    }
    return manifest;
  }

  static String modelSha256(JsonNode manifest) {
    return manifest.path("model_sha256").asText();
  }

  static Optional<JsonNode> replay(JsonNode manifest) {
    return Optional.ofNullable(manifest.get("replay"));
  }

  public static Optional<EightBits> rounding(JsonNode manifest) {
    return Optional.ofNullable(manifest.get("precision")).map(EightBitsJson::read);
  }

  public static ClassifierDefinition definition(JsonNode manifest, Path file) throws IOException {
    try {
      Map<String, String> facts = new LinkedHashMap<>();
      manifest
          .path("provenance")
          .properties()
          .forEach(fact -> facts.put(fact.getKey(), fact.getValue().asText()));
      ClassifierDefinition definition =
          new ClassifierDefinition(
              NetworkJson.read(manifest.path("network")),
              Preprocessing.fromJson(manifest.path("preprocessing").toString()),
              TaskJson.task(manifest),
              TaskJson.thresholds(manifest),
              UncertaintyJson.read(manifest.path("uncertainty")),
              new Provenance(facts));
      String said = manifest.path(FOREIGN_GRAPH).asText("");
      String held = FrozenGraph.in(definition.network()).map(FrozenGraph::sha256).orElse("");
      if (!said.equals(held)) {
        throw ClassifierBundle.refused(
            file, "its manifest names another foreign graph than its network holds");
      }
      if (definition.uncertainty().novelty().isPresent() && manifest.has("precision")) {
        throw ClassifierBundle.refused(
            file, "a model in eight bits has no detector of new pictures");
      }
      if (definition.inputSize().pixels() > LARGEST_INPUT) {
        throw ClassifierBundle.refused(
            file, "it reads pictures of " + definition.inputSize() + ", the most is 4096x4096");
      }
      return definition;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw ClassifierBundle.refused(file, "its manifest: " + e.getMessage(), e);
    }
  }
}
