package org.finetune4j.model.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune4j.network.json.NetworkJson;
import org.finetune4j.uncertainty.ConformalIntervals;
import org.finetune4j.uncertainty.ConformalMethod;
import org.finetune4j.uncertainty.ConformalSets;
import org.finetune4j.uncertainty.ConformalTags;
import org.finetune4j.uncertainty.NoveltyDetector;
import org.finetune4j.uncertainty.Uncertainty;
import org.finetune4j.weights.Weights;

/** {@link Uncertainty} in a manifest; the numbers of its detector lie in the model. */
public final class UncertaintyJson {
  private UncertaintyJson() {}

  static ObjectNode write(Uncertainty uncertainty) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    uncertainty
        .sets()
        .ifPresent(
            it ->
                json.putObject("sets")
                    .put("method", it.method().name())
                    .put("coverage", it.coverage())
                    .put("threshold", it.threshold())
                    .put("may_be_empty", it.mayBeEmpty())
                    .put("samples", it.samples()));
    uncertainty
        .tags()
        .ifPresent(
            it ->
                json.putObject("tags")
                    .put("coverage", it.coverage())
                    .put("threshold", it.threshold())
                    .put("samples", it.samples()));
    if (uncertainty.intervals().isPresent()) {
      ConformalIntervals intervals = uncertainty.intervals().get();
      ObjectNode node = json.putObject("intervals").put("coverage", intervals.coverage());
      intervals.halfWidths().forEach(node.putArray("half_widths")::add);
      node.put("samples", intervals.samples());
    }
    uncertainty
        .novelty()
        .ifPresent(
            it ->
                json.putObject("novelty")
                    .put("cut", it.cut())
                    .set("network", NetworkJson.write(it.network())));
    return json;
  }

  /**
   * Reads what {@link #write} wrote; it may come from anywhere. The detector has no weights of its
   * own: they are among the model's.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Uncertainty read(JsonNode json) {
    return new Uncertainty(
        Optional.ofNullable(json.get("sets")).map(UncertaintyJson::sets),
        Optional.ofNullable(json.get("tags")).map(UncertaintyJson::tags),
        Optional.ofNullable(json.get("intervals")).map(UncertaintyJson::intervals),
        Optional.ofNullable(json.get("novelty")).map(UncertaintyJson::novelty));
  }

  private static ConformalSets sets(JsonNode json) {
    return new ConformalSets(
        ConformalMethod.valueOf(json.path("method").asText()),
        number(json, "coverage"),
        number(json, "threshold"),
        json.path("may_be_empty").asBoolean(),
        json.path("samples").asInt());
  }

  private static ConformalTags tags(JsonNode json) {
    return new ConformalTags(
        number(json, "coverage"), number(json, "threshold"), json.path("samples").asInt());
  }

  private static ConformalIntervals intervals(JsonNode json) {
    List<Double> halfWidths = new ArrayList<>();
    json.path("half_widths").forEach(it -> halfWidths.add(it.asDouble(Double.NaN)));
    return new ConformalIntervals(
        number(json, "coverage"), halfWidths, json.path("samples").asInt());
  }

  private static NoveltyDetector novelty(JsonNode json) {
    return new NoveltyDetector(
        NetworkJson.read(json.path("network")),
        Weights.builder().build(),
        number(json, "cut"),
        Optional.empty());
  }

  private static double number(JsonNode json, String field) {
    return json.path(field).asDouble(Double.NaN);
  }
}
