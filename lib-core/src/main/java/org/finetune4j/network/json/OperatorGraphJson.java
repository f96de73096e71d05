package org.finetune4j.network.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Attribute;
import org.finetune4j.network.operator.OnnxNode.Real;
import org.finetune4j.network.operator.OnnxNode.Text;
import org.finetune4j.network.operator.OnnxNode.Whole;
import org.finetune4j.network.operator.OnnxNode.Wholes;
import org.finetune4j.network.operator.OperatorGraph;

/** The saved form of a graph of operators: all of it but the numbers of its weights. */
final class OperatorGraphJson {
  private OperatorGraphJson() {}

  static ObjectNode write(OperatorGraph graph) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("input", graph.input());
    json.set("reads", numbers(graph.reads()));
    json.put("output", graph.output());
    ObjectNode weights = json.putObject("weights");
    graph.weights().forEach((name, shape) -> weights.set(name, numbers(shape)));
    ArrayNode constants = json.putArray("constants");
    for (OnnxConstant constant : graph.constants()) {
      ObjectNode it = constants.addObject().put("name", constant.name());
      it.put("type", constant.type().name()).set("shape", numbers(constant.shape()));
      byte[] bytes = new byte[constant.bytes().remaining()];
      constant.bytes().duplicate().get(bytes);
      it.put("bytes", Base64.getEncoder().encodeToString(bytes));
    }
    ArrayNode nodes = json.putArray("nodes");
    for (OnnxNode node : graph.nodes()) {
      ObjectNode it = nodes.addObject().put("operator", node.operator()).put("name", node.name());
      node.inputs().forEach(it.putArray("inputs")::add);
      it.put("output", node.output());
      if (!node.attributes().isEmpty()) {
        ObjectNode attributes = it.putObject("attributes");
        new TreeMap<>(node.attributes())
            .forEach((name, value) -> attributes.set(name, attribute(value)));
      }
    }
    return json;
  }

  private static ArrayNode numbers(List<Integer> numbers) {
    ArrayNode json = JsonNodeFactory.instance.arrayNode();
    numbers.forEach(json::add);
    return json;
  }

  /** Whole numbers and others are kept apart by a point in the number. */
  private static JsonNode attribute(Attribute attribute) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (attribute instanceof Whole whole) {
      return json.numberNode(whole.value());
    }
    if (attribute instanceof Real real) {
      return json.numberNode((double) real.value());
    }
    if (attribute instanceof Text text) {
      return json.textNode(text.value());
    }
    ArrayNode array = json.arrayNode();
    ((Wholes) attribute).values().forEach(array::add);
    return array;
  }

  static OperatorGraph read(Fields fields) {
    Map<String, List<Integer>> weights = new LinkedHashMap<>();
    Fields shapes = fields.object("weights");
    for (Map.Entry<String, JsonNode> shape : shapes.json().properties()) {
      weights.put(shape.getKey(), shapes.integers(shape.getKey()));
    }
    List<OnnxConstant> constants = new ArrayList<>();
    for (JsonNode it : fields.array("constants")) {
      constants.add(constant(new Fields("a constant", it)));
    }
    List<OnnxNode> nodes = new ArrayList<>();
    for (JsonNode it : fields.array("nodes")) {
      nodes.add(node(new Fields("a node", it)));
    }
    OperatorGraph graph =
        new OperatorGraph(
            fields.text("input"),
            fields.integers("reads"),
            fields.text("output"),
            weights,
            constants,
            nodes);
    fields.requireAllRead();
    return graph;
  }

  private static OnnxConstant constant(Fields it) {
    OnnxConstant constant =
        new OnnxConstant(
            it.text("name"),
            it.choice("type", OnnxConstant.Type.values()),
            it.integers("shape"),
            ByteBuffer.wrap(Base64.getDecoder().decode(it.text("bytes"))));
    it.requireAllRead();
    return constant;
  }

  private static OnnxNode node(Fields it) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    if (it.has("attributes")) {
      Fields all = it.object("attributes");
      for (Map.Entry<String, JsonNode> attribute : all.json().properties()) {
        attributes.put(attribute.getKey(), attribute(all, attribute.getValue()));
      }
    }
    OnnxNode node =
        new OnnxNode(
            it.text("operator"),
            it.text("name"),
            it.texts("inputs"),
            it.text("output"),
            attributes);
    it.requireAllRead();
    return node;
  }

  private static Attribute attribute(Fields owner, JsonNode value) {
    if (value.isTextual()) {
      return new Text(value.textValue());
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return new Whole(value.longValue());
    }
    if (value.isNumber()) {
      return new Real((float) value.doubleValue());
    }
    if (!value.isArray()) {
      throw owner.refused("an attribute is " + value.getNodeType());
    }
    List<Long> numbers = new ArrayList<>();
    for (JsonNode number : value) {
      if (!number.isIntegralNumber() || !number.canConvertToLong()) {
        throw owner.refused("an attribute holds " + number);
      }
      numbers.add(number.longValue());
    }
    return new Wholes(numbers);
  }
}
