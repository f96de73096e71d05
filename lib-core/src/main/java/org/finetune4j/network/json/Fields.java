package org.finetune4j.network.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fields of one JSON object, each asked for by name and type; none is left unread. */
final class Fields {
  private final String owner;
  private final JsonNode json;
  private final Set<String> read = new HashSet<>();

  /**
   * Looks at an object.
   *
   * @param owner for messages, for example {@code layer 'conv1'}
   */
  Fields(String owner, JsonNode json) {
    this.owner = owner;
    this.json = json;
    if (!json.isObject()) {
      throw refused("it should be a JSON object, but is " + json.getNodeType());
    }
  }

  boolean has(String name) {
    return json.has(name);
  }

  String text(String name) {
    JsonNode value = required(name);
    return value.isTextual() ? value.textValue() : refuse(name, "a text", value);
  }

  int integer(String name) {
    JsonNode value = required(name);
    return value.isInt() ? value.intValue() : refuse(name, "a whole number", value);
  }

  int integer(String name, int fallback) {
    return has(name) ? integer(name) : fallback;
  }

  double real(String name) {
    JsonNode value = required(name);
    return value.isNumber() ? value.doubleValue() : refuse(name, "a number", value);
  }

  double real(String name, double fallback) {
    return has(name) ? real(name) : fallback;
  }

  boolean flag(String name) {
    JsonNode value = required(name);
    return value.isBoolean() ? value.booleanValue() : refuse(name, "true or false", value);
  }

  boolean flag(String name, boolean fallback) {
    return has(name) ? flag(name) : fallback;
  }

  <E extends Enum<E>> E choice(String name, E[] choices) {
    String text = text(name);
    for (E choice : choices) {
      if (choice.name().equals(text)) {
        return choice;
      }
    }
    throw refused("'" + name + "' is '" + text + "', which is none of " + Arrays.toString(choices));
  }

  ArrayNode array(String name) {
    JsonNode value = required(name);
    return value instanceof ArrayNode array ? array : refuse(name, "an array", value);
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : array(name)) {
      texts.add(value.isTextual() ? value.textValue() : refuse(name, "an array of texts", value));
    }
    return texts;
  }

  List<Integer> integers(String name) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode value : array(name)) {
      numbers.add(value.isInt() ? value.intValue() : refuse(name, "whole numbers", value));
    }
    return numbers;
  }

  List<Double> reals(String name) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode value : array(name)) {
      numbers.add(value.isNumber() ? value.doubleValue() : refuse(name, "numbers", value));
    }
    return numbers;
  }

  Fields object(String name) {
    return new Fields("'" + name + "' of " + owner, required(name));
  }

  /** Refuses fields that nobody asked for: they would change what is computed, unnoticed. */
  void requireAllRead() {
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (!read.contains(field.getKey())) {
        throw refused(
            "it has a field '"
                + field.getKey()
                + "', which is not known here. Use a newer Finetune4j");
      }
    }
  }

  private JsonNode required(String name) {
    read.add(name);
    JsonNode value = json.get(name);
    if (value == null) {
      throw refused("it has no field '" + name + "'");
    }
    return value;
  }

  private <T> T refuse(String name, String expected, JsonNode value) {
    String text = value.toString();
    throw refused(
        "'"
            + name
            + "' should be "
            + expected
            + ", but is "
            + text.substring(0, Math.min(40, text.length())));
  }

  IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(
        "Not the description of a network: " + owner + ": " + why + ".");
  }
}
