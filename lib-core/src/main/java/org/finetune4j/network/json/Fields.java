package org.finetune4j.network.json;

import com.fasterxml.jackson.databind.JsonNode;
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

  JsonNode json() {
    return json;
  }

  boolean has(String name) {
    return json.has(name);
  }

  String text(String name) {
    JsonNode value = required(name);
    return require(name, "a text", value, value.isTextual()).textValue();
  }

  int integer(String name) {
    JsonNode value = required(name);
    return require(name, "a whole number", value, value.isInt()).intValue();
  }

  int integer(String name, int fallback) {
    return has(name) ? integer(name) : fallback;
  }

  double real(String name) {
    JsonNode value = required(name);
    return require(name, "a number", value, value.isNumber()).doubleValue();
  }

  boolean flag(String name) {
    JsonNode value = required(name);
    return require(name, "true or false", value, value.isBoolean()).booleanValue();
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

  JsonNode array(String name) {
    JsonNode value = required(name);
    return require(name, "an array", value, value.isArray());
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : array(name)) {
      texts.add(require(name, "an array of texts", value, value.isTextual()).textValue());
    }
    return texts;
  }

  List<Integer> integers(String name) {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode value : array(name)) {
      numbers.add(require(name, "an array of whole numbers", value, value.isInt()).intValue());
    }
    return numbers;
  }

  List<Double> reals(String name) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode value : array(name)) {
      numbers.add(require(name, "an array of numbers", value, value.isNumber()).doubleValue());
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

  private JsonNode require(String name, String expected, JsonNode value, boolean holds) {
    if (!holds) {
      String text = value.toString();
      String start = text.substring(0, Math.min(40, text.length()));
      throw refused("'" + name + "' should be " + expected + ", but is " + start);
    }
    return value;
  }

  IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(
        "Not the description of a network: " + owner + ": " + why + ".");
  }
}
