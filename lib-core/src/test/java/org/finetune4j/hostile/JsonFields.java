package org.finetune4j.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Changes the fields of a JSON text: it stays JSON, and says something else. */
final class JsonFields implements Mutation {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> WORDS =
      List.of(
          "null",
          "true",
          "[]",
          "{}",
          "\"\"",
          "[[7]]",
          "\"x\"",
          "NaN",
          "1e308",
          "-1e-46",
          "1e999",
          "0.5",
          "-0.0",
          "99999999999999999999999999",
          "\"\\u0000\"",
          "\"../../x\"");

  @Override
  public byte[] apply(byte[] bytes, SplittableRandom random) {
    try {
      JsonNode root = MAPPER.readTree(bytes);
      change(root, random);
      return MAPPER.writeValueAsBytes(root);
    } catch (IOException noJsonAnyMore) {
      return Fields.anyBytes().apply(bytes, random);
    }
  }

  /** Where a value stands: in an object under a name, or in an array at an index. */
  private record Place(JsonNode parent, String name, int index) {
    JsonNode get() {
      return parent instanceof ObjectNode ? parent.get(name) : parent.get(index);
    }

    void set(JsonNode value) {
      if (parent instanceof ObjectNode object) {
        object.set(name, value);
      } else {
        ((ArrayNode) parent).set(index, value);
      }
    }

    void remove() {
      if (parent instanceof ObjectNode object) {
        object.remove(name);
      } else {
        ((ArrayNode) parent).remove(index);
      }
    }
  }

  private static void places(JsonNode node, List<Place> all) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(
              it -> {
                all.add(new Place(node, it.getKey(), 0));
                places(it.getValue(), all);
              });
    } else {
      for (int i = 0; i < node.size(); i++) {
        all.add(new Place(node, "", i));
        places(node.get(i), all);
      }
    }
  }

  /** Changes one value of a tree in place. */
  static void change(JsonNode root, SplittableRandom random) {
    List<Place> all = new ArrayList<>();
    places(root, all);
    if (all.isEmpty()) {
      return;
    }
    Place place = all.get(random.nextInt(all.size()));
    Place other = all.get(random.nextInt(all.size()));
    JsonNode value = place.get();
    switch (random.nextInt(9)) {
      case 0 ->
          place.set(NODES.rawValueNode(new RawValue(WORDS.get(random.nextInt(WORDS.size())))));
      case 1 -> place.set(NODES.numberNode(Fields.extreme(random)));
      case 2 -> place.set(other.get().deepCopy());
      case 3 -> place.remove();
      case 4 -> repeat(place, random);
      case 5 -> rename(place, random);
      default -> place.set(near(value, other.get(), random));
    }
  }

  /** A value of the same kind. */
  private static JsonNode near(JsonNode value, JsonNode other, SplittableRandom random) {
    if (value.isIntegralNumber()) {
      long number = value.asLong();
      return NODES.numberNode(
          switch (random.nextInt(5)) {
            case 0 -> number + 1;
            case 1 -> number - 1;
            case 2 -> number * 2;
            case 3 -> -number;
            default -> Fields.extreme(random);
          });
    }
    if (value.isNumber()) {
      return NODES.numberNode(
          value.asDouble() * List.of(-1.0, 0.0, 1e30, 1e-40).get(random.nextInt(4)));
    }
    if (value.isTextual()) {
      String text = value.asText();
      return NODES.textNode(
          switch (random.nextInt(5)) {
            case 0 -> text.substring(0, text.length() / 2);
            case 1 -> text + "x";
            case 2 -> random.nextInt(10) == 0 ? text.repeat(20_000) : text.repeat(3);
            case 3 -> text.toUpperCase(java.util.Locale.ROOT);
            default -> other.isTextual() ? other.asText() : "";
          });
    }
    if (value.isBoolean()) {
      return NODES.booleanNode(!value.asBoolean());
    }
    return other.deepCopy();
  }

  private static void repeat(Place place, SplittableRandom random) {
    int times = random.nextInt(20) == 0 ? 5_000 : 1 + random.nextInt(3);
    JsonNode value = place.get();
    if (place.parent instanceof ArrayNode array && value.toString().length() < 2_000) {
      for (int i = 0; i < times; i++) {
        array.insert(place.index, value.deepCopy());
      }
    } else if (place.parent instanceof ObjectNode object) {
      object.set(place.name + "_", value.deepCopy());
    }
  }

  private static void rename(Place place, SplittableRandom random) {
    if (place.parent instanceof ObjectNode object) {
      JsonNode value = place.get();
      object.remove(place.name);
      object.set(random.nextBoolean() ? place.name + "0" : "", value);
    } else {
      place.remove();
    }
  }
}
