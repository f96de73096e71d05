package org.finetune4j.preprocess;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.finetune4j.image.Interpolation;

/** The JSON form of preprocessing. */
final class PreprocessingJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PreprocessingJson() {}

  static ObjectNode write(Preprocessing preprocessing) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("resize", lowerCase(preprocessing.resize()));
    json.put("interpolation", lowerCase(preprocessing.interpolation()));
    json.put("channelOrder", lowerCase(preprocessing.channelOrder()));
    ArrayNode mean = json.putArray("mean");
    preprocessing.mean().forEach(value -> mean.add(value.floatValue()));
    ArrayNode scale = json.putArray("scale");
    preprocessing.scale().forEach(value -> scale.add(value.floatValue()));
    preprocessing.reducingGap().ifPresent(gap -> json.put("reducingGap", gap));
    return json;
  }

  static Preprocessing read(String text) {
    JsonNode json = parse(text);
    return new Preprocessing(
        choice(json, "resize", ResizeRule.values()),
        choice(json, "interpolation", Interpolation.values()),
        choice(json, "channelOrder", ChannelOrder.values()),
        floats(json, "mean"),
        floats(json, "scale"),
        gap(json.path("reducingGap")));
  }

  private static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Preprocessing is no JSON: " + text, e);
    }
  }

  private static <E extends Enum<E>> E choice(JsonNode json, String field, E[] choices) {
    String text = json.path(field).asText();
    for (E choice : choices) {
      if (lowerCase(choice).equals(text)) {
        return choice;
      }
    }
    List<String> valid = Arrays.stream(choices).map(PreprocessingJson::lowerCase).toList();
    throw new IllegalArgumentException(
        "Preprocessing field '" + field + "' must be one of " + valid + ", but is '" + text + "'.");
  }

  private static OptionalDouble gap(JsonNode field) {
    if (field.isMissingNode()) {
      return OptionalDouble.empty();
    }
    if (!field.isNumber()) {
      throw new IllegalArgumentException(
          "Preprocessing field 'reducingGap' must be a number, but is " + field + ".");
    }
    return OptionalDouble.of(field.doubleValue());
  }

  private static List<Float> floats(JsonNode json, String field) {
    List<Float> values = new ArrayList<>();
    for (JsonNode element : json.path(field)) {
      if (!element.isNumber()) {
        throw new IllegalArgumentException(
            "Preprocessing field '" + field + "' must hold numbers, but holds " + element + ".");
      }
      values.add(element.floatValue());
    }
    return values;
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
