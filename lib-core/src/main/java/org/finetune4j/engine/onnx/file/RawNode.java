package org.finetune4j.engine.onnx.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Attribute;

/**
 * An operator call of a file, in whatever operator set.
 *
 * @param operator for example {@code Conv}
 * @param domain of the operator; empty is ONNX's own
 * @param name may be empty
 * @param inputs names of the values it reads; empty where one is left out
 * @param outputs names of the values it makes
 * @param attributes numbers and texts, by name
 * @param tensors attributes that are tensors or lists of numbers with a point, by name
 */
public record RawNode(
    String operator,
    String domain,
    String name,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes,
    Map<String, RawTensor> tensors) {
  static RawNode read(ByteBuffer message, ExternalData external, ReadLimits limits)
      throws IOException {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    String name = "";
    String operator = "";
    String domain = "";
    List<ByteBuffer> attributes = new ArrayList<>();
    ProtoFields fields = new ProtoFields(message);
    while (fields.next()) {
      if (fields.field() == 1 || fields.field() == 2 || fields.field() == 5) {
        limits.name();
      }
      switch (fields.field()) {
        case 1 -> inputs.add(fields.text());
        case 2 -> outputs.add(fields.text());
        case 3 -> name = fields.text();
        case 4 -> operator = fields.text();
        case 5 -> attributes.add(fields.message());
        case 7 -> domain = fields.text();
        default -> {} // documentation
      }
    }
    domain = domain.equals("ai.onnx") ? "" : domain;
    RawNode node =
        new RawNode(
            operator, domain, name, inputs, outputs, new LinkedHashMap<>(), new LinkedHashMap<>());
    for (ByteBuffer attribute : attributes) {
      node.add(attribute, external, limits);
    }
    return node;
  }

  private void add(ByteBuffer message, ExternalData external, ReadLimits limits)
      throws IOException {
    String key = "";
    long type = 0;
    Attribute single = new OnnxNode.Whole(0);
    List<Long> wholes = new ArrayList<>();
    List<Float> reals = new ArrayList<>();
    List<ByteBuffer> tensor = new ArrayList<>();
    ProtoFields fields = new ProtoFields(message);
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> key = fields.text();
        case 2 -> single = new OnnxNode.Real(fields.real());
        case 3 -> single = new OnnxNode.Whole(fields.integer());
        case 4 -> single = text(fields);
        case 5 -> tensor.add(fields.message());
        case 6, 11 ->
            throw new IOException(
                described()
                    + " runs graphs inside of it, which is not read here. Export the model for a"
                    + " fixed input, so that nothing in it branches or loops");
        case 7 ->
            fields.reals(
                bits -> {
                  limits.number();
                  reals.add(Float.intBitsToFloat((int) bits));
                });
        case 8 ->
            fields.integers(
                whole -> {
                  limits.number();
                  wholes.add(whole);
                });
        case 20 -> type = fields.integer();
        case 21 -> throw new IOException(described() + " refers to an attribute of a function");
        default -> {} // documentation; texts and types, which no known operator has
      }
    }
    // What is 0 or empty may be left out of the file.
    switch ((int) type) {
      case 1 -> put(key, single instanceof OnnxNode.Real ? single : new OnnxNode.Real(0));
      case 2 -> put(key, single instanceof OnnxNode.Whole ? single : new OnnxNode.Whole(0));
      case 3 -> put(key, single instanceof OnnxNode.Text ? single : new OnnxNode.Text(""));
      case 4 -> tensors.put(key, RawTensor.read(only(key, tensor), external, limits));
      case 6 -> tensors.put(key, RawTensor.floats(reals));
      case 7 -> put(key, new OnnxNode.Wholes(wholes));
      case 8 -> {} // lists of texts: activations of recurrent operators, which are not known
      default ->
          throw new IOException(described() + " has an attribute '" + key + "' of type " + type);
    }
  }

  /** Exporters leave what they cannot say as operators of theirs, with attributes of any bytes. */
  private Attribute text(ProtoFields fields) throws IOException {
    try {
      return new OnnxNode.Text(fields.text());
    } catch (IOException e) {
      throw new IOException(
          described()
              + " has an attribute that is no text ("
              + e.getMessage()
              + "), as no operator of ONNX has: did the exporter report that it is not supported?",
          e);
    }
  }

  private void put(String key, Attribute attribute) {
    attributes.put(key, attribute);
  }

  private ByteBuffer only(String key, List<ByteBuffer> tensor) throws IOException {
    if (tensor.size() != 1) {
      throw new IOException(described() + ": attribute '" + key + "' is no tensor");
    }
    return tensor.get(0);
  }

  public String described() {
    return operator + " '" + (name.isEmpty() && !outputs.isEmpty() ? outputs.get(0) : name) + "'";
  }
}
