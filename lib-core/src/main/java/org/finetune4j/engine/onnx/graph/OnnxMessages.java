package org.finetune4j.engine.onnx.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.finetune4j.network.Shape;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Attribute;
import org.finetune4j.network.operator.OnnxNode.Real;
import org.finetune4j.network.operator.OnnxNode.Text;
import org.finetune4j.network.operator.OnnxNode.Whole;
import org.finetune4j.network.operator.OnnxNode.Wholes;

/**
 * The protobuf messages of {@code onnx.proto3} (ONNX 1.12: IR version 8, opset 17), with its field
 * numbers; fields stand in the order of their numbers, as every protobuf library writes them.
 */
final class OnnxMessages {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;
  private static final String BATCH = "n";
  private static final int RAW_DATA = 9;

  private OnnxMessages() {}

  @FunctionalInterface
  interface Content {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  /** Returns the bytes of one message, without its length. */
  static byte[] message(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      content.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // cannot happen in memory
    }
    return bytes.toByteArray();
  }

  /** Returns what announces a field of this many bytes. */
  static byte[] header(int field, int length) {
    return message(
        it -> {
          it.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
          it.writeUInt32NoTag(length);
        });
  }

  /** Returns the fields of a ModelProto that stand before its graph. */
  static byte[] beforeGraph() {
    return message(
        it -> {
          it.writeInt64(1, IR_VERSION);
          it.writeString(2, "Finetune4j");
        });
  }

  /** The field of a ModelProto that holds the graph. */
  static final int GRAPH = 7;

  /** Returns the fields of a ModelProto that stand behind its graph. */
  static byte[] afterGraph() {
    return message(it -> it.writeByteArray(8, message(opset -> opset.writeInt64(2, OPSET))));
  }

  /** Returns one node, as a field of the GraphProto. */
  static byte[] node(OnnxNode node) {
    return message(graph -> graph.writeByteArray(1, message(it -> writeNode(node, it))));
  }

  private static void writeNode(OnnxNode node, CodedOutputStream it) throws IOException {
    for (String input : node.inputs()) {
      it.writeString(1, input);
    }
    it.writeString(2, node.output());
    if (node.secondOutput().isPresent()) {
      it.writeString(2, node.secondOutput().get());
    }
    it.writeString(3, node.name());
    it.writeString(4, node.operator());
    // Sorted, so that equal networks give equal files.
    for (Map.Entry<String, Attribute> entry : new TreeMap<>(node.attributes()).entrySet()) {
      it.writeByteArray(5, attribute(entry.getKey(), entry.getValue()));
    }
  }

  private static byte[] attribute(String name, Attribute attribute) {
    return message(
        it -> {
          it.writeString(1, name);
          if (attribute instanceof Real real) {
            it.writeFloat(2, real.value());
            it.writeInt32(20, 1);
          } else if (attribute instanceof Whole whole) {
            it.writeInt64(3, whole.value());
            it.writeInt32(20, 2);
          } else if (attribute instanceof Text text) {
            it.writeBytes(4, ByteString.copyFromUtf8(text.value()));
            it.writeInt32(20, 3);
          } else if (attribute instanceof Wholes wholes) {
            for (long value : wholes.values()) {
              it.writeInt64(8, value);
            }
            it.writeInt32(20, 7);
          }
        });
  }

  /** Returns the graph's name, as a field of the GraphProto. */
  static byte[] graphName() {
    return message(it -> it.writeString(2, "network"));
  }

  /** The field of a GraphProto that holds a tensor. */
  static final int INITIALIZER = 5;

  /** Returns a constant, as a field of the GraphProto. */
  static byte[] constant(OnnxConstant constant) {
    byte[] head = tensorHead(constant.name(), constant.type(), constant.shape());
    return message(
        graph ->
            graph.writeByteArray(
                INITIALIZER,
                message(
                    it -> {
                      it.writeRawBytes(head);
                      it.writeBytes(RAW_DATA, UnsafeByteOperations.unsafeWrap(constant.bytes()));
                    })));
  }

  /** Returns a weight tensor as a field of the GraphProto, all but the values that end it. */
  static byte[] weightHead(OnnxWeight weight) {
    int values = weight.length();
    byte[] head = tensorHead(weight.name(), weight.type(), weight.shape());
    byte[] data = header(RAW_DATA, values);
    int length = Math.addExact(head.length + data.length, values);
    return message(
        it -> {
          it.writeRawBytes(header(INITIALIZER, length));
          it.writeRawBytes(head);
          it.writeRawBytes(data);
        });
  }

  /** Returns a weight tensor whose values somebody else brings, as a field of the GraphProto. */
  static byte[] weightElsewhere(OnnxWeight weight) {
    byte[] location =
        message(
            it -> {
              it.writeString(1, "location");
              it.writeString(2, "memory");
            });
    return message(
        graph ->
            graph.writeByteArray(
                INITIALIZER,
                message(
                    it -> {
                      it.writeRawBytes(tensorHead(weight.name(), weight.type(), weight.shape()));
                      it.writeByteArray(13, location);
                      it.writeInt32(14, 1);
                    })));
  }

  private static byte[] tensorHead(String name, OnnxConstant.Type type, List<Integer> shape) {
    return message(
        it -> {
          for (int dimension : shape) {
            it.writeInt64(1, dimension);
          }
          it.writeInt32(2, type.number());
          it.writeString(8, name);
        });
  }

  /** Returns an input of the graph, as a field of the GraphProto. */
  static byte[] input(String name, Shape shape) {
    return message(it -> it.writeByteArray(11, value(name, shape)));
  }

  /** Returns an output of the graph, as a field of the GraphProto. */
  static byte[] output(String name, Shape shape) {
    return message(it -> it.writeByteArray(12, value(name, shape)));
  }

  /** Returns an output of whatever shape, as a field of the GraphProto. */
  static byte[] output(String name) {
    byte[] tensor = message(it -> it.writeInt32(1, OnnxConstant.Type.FLOAT.number()));
    return message(it -> it.writeByteArray(12, value(name, tensor)));
  }

  private static byte[] value(String name, Shape shape) {
    byte[] dimensions =
        message(
            it -> {
              it.writeByteArray(1, message(batch -> batch.writeString(2, BATCH)));
              for (int dimension : shape.dimensions()) {
                it.writeByteArray(1, message(fixed -> fixed.writeInt64(1, dimension)));
              }
            });
    byte[] tensor =
        message(
            it -> {
              it.writeInt32(1, OnnxConstant.Type.FLOAT.number());
              it.writeByteArray(2, dimensions);
            });
    return value(name, tensor);
  }

  private static byte[] value(String name, byte[] tensor) {
    return message(
        it -> {
          it.writeString(1, name);
          it.writeByteArray(2, message(type -> type.writeByteArray(1, tensor)));
        });
  }
}
