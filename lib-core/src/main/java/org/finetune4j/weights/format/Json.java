package org.finetune4j.weights.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.text.JsonTokens;

/** JSON from outside: no duplicate names, nothing after the end, bounded depth. */
final class Json {
  /** A description of a thousand layers has about a hundred thousand. */
  private static final int MOST_TOKENS = 1_000_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  static JsonNode parse(String text) throws IOException {
    try {
      JsonTokens.requireAtMost(MAPPER.createParser(text), MOST_TOKENS);
      JsonNode node = MAPPER.readTree(text);
      if (!node.isObject()) {
        throw new IOException("it holds JSON, but not an object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new IOException("its JSON is damaged: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns an object's members as plain values, without those that are null. */
  static Map<String, Object> values(JsonNode object) {
    Map<String, Object> values = new LinkedHashMap<>();
    object
        .properties()
        .forEach(
            member -> {
              if (!member.getValue().isNull()) {
                values.put(member.getKey(), value(member.getValue()));
              }
            });
    return values;
  }

  private static Object value(JsonNode node) {
    if (node.isObject()) {
      return values(node);
    }
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(value(item)));
      return items;
    }
    if (node.isNumber()) {
      return node.numberValue();
    }
    return node.isBoolean() ? (Object) node.booleanValue() : node.asText();
  }

  /** Returns a list of sizes, each from 0 to 2^31 - 1. */
  static List<Integer> shape(JsonNode array, String owner) throws IOException {
    List<Integer> shape = new ArrayList<>();
    boolean valid = array.isArray();
    for (JsonNode size : array) {
      valid &= size.isIntegralNumber() && size.canConvertToInt() && size.intValue() >= 0;
      shape.add(size.intValue());
    }
    if (!valid) {
      throw new IOException("the shape of '" + owner + "' is no list of sizes: " + array);
    }
    return shape;
  }
}
