package org.finetune4j.engine.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import org.finetune4j.engine.onnx.OnnxNode.Attribute;
import org.finetune4j.engine.onnx.OnnxNode.Real;
import org.finetune4j.engine.onnx.OnnxNode.Text;
import org.finetune4j.engine.onnx.OnnxNode.Whole;
import org.finetune4j.engine.onnx.OnnxNode.Wholes;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.weights.Weights;

/**
 * Writes networks as ONNX files: opset 17, a symbolic batch dimension, float32. The field numbers
 * are those of {@code onnx.proto3} (ONNX 1.12); weights are streamed and never copied.
 */
public final class OnnxWriter {
  static final int IR_VERSION = 8;
  static final int OPSET = 17;
  static final String BATCH = "n";

  private OnnxWriter() {}

  /**
   * Writes a network with its weights.
   *
   * @param network any piece; its inputs and outputs become the graph's, under their layers' names
   * @param weights at least the tensors that the network needs; others are left out
   * @param out stays open
   * @throws IllegalArgumentException if a tensor is missing or of another shape
   * @throws IOException if the stream fails
   */
  public static void write(Network network, Weights weights, OutputStream out) throws IOException {
    OnnxGraph graph = OnnxEmitter.emit(network, weights);
    CodedOutputStream proto = CodedOutputStream.newInstance(out, 1 << 16);
    proto.writeInt64(1, IR_VERSION);
    proto.writeString(2, "Finetune4j");
    proto.writeByteArray(8, message(it -> it.writeInt64(2, OPSET)));
    writeGraph(graph, proto);
    proto.flush();
  }

  /** Returns what {@link #write} writes. */
  public static byte[] bytes(Network network, Weights weights) {
    try {
      long size = weights.parameterCount() * Float.BYTES + (1 << 16);
      ByteArrayOutputStream out =
          new ByteArrayOutputStream((int) Math.min(size, Integer.MAX_VALUE - 8));
      write(network, weights, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The graph is one length-prefixed message that holds all weights, so its length is added up
   * first and nothing is buffered whole.
   */
  private static void writeGraph(OnnxGraph graph, CodedOutputStream proto) throws IOException {
    byte[] before =
        message(
            it -> {
              for (OnnxNode node : graph.nodes()) {
                it.writeByteArray(1, node(node));
              }
              it.writeString(2, "network");
            });
    byte[] after =
        message(
            it -> {
              for (Map.Entry<String, Shape> input : graph.inputs().entrySet()) {
                it.writeByteArray(11, value(input.getKey(), input.getValue()));
              }
              for (Map.Entry<String, Shape> output : graph.outputs().entrySet()) {
                it.writeByteArray(12, value(output.getKey(), output.getValue()));
              }
            });
    long length = (long) before.length + after.length;
    for (OnnxConstant constant : graph.constants().values()) {
      int size = constantSize(constant);
      length += CodedOutputStream.computeTagSize(5);
      length += CodedOutputStream.computeUInt32SizeNoTag(size) + (long) size;
    }
    if (length > Integer.MAX_VALUE) {
      throw new IOException(
          "An ONNX file holds less than 2 GiB, but the network needs " + length + " bytes.");
    }
    proto.writeTag(7, 2);
    proto.writeUInt32NoTag((int) length);
    proto.writeRawBytes(before);
    for (OnnxConstant constant : graph.constants().values()) {
      proto.writeTag(5, 2);
      proto.writeUInt32NoTag(constantSize(constant));
      proto.writeRawBytes(constantHead(constant));
      proto.writeByteBuffer(9, constant.bytes().duplicate());
    }
    proto.writeRawBytes(after);
  }

  private static int constantSize(OnnxConstant constant) throws IOException {
    int bytes = constant.bytes().remaining();
    return Math.addExact(
        constantHead(constant).length
            + CodedOutputStream.computeTagSize(9)
            + CodedOutputStream.computeUInt32SizeNoTag(bytes),
        bytes);
  }

  private static byte[] constantHead(OnnxConstant constant) throws IOException {
    return message(
        it -> {
          for (int dimension : constant.shape()) {
            it.writeInt64(1, dimension);
          }
          it.writeInt32(2, constant.type().number);
          it.writeString(8, constant.name());
        });
  }

  private static byte[] node(OnnxNode node) throws IOException {
    return message(
        it -> {
          for (String input : node.inputs()) {
            it.writeString(1, input);
          }
          it.writeString(2, node.output());
          it.writeString(3, node.name());
          it.writeString(4, node.operator());
          // Sorted, so that equal networks give equal files.
          for (Map.Entry<String, Attribute> entry : new TreeMap<>(node.attributes()).entrySet()) {
            it.writeByteArray(5, attribute(entry.getKey(), entry.getValue()));
          }
        });
  }

  private static byte[] attribute(String name, Attribute attribute) throws IOException {
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

  private static byte[] value(String name, Shape shape) throws IOException {
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
              it.writeInt32(1, OnnxConstant.Type.FLOAT.number);
              it.writeByteArray(2, dimensions);
            });
    return message(
        it -> {
          it.writeString(1, name);
          it.writeByteArray(2, message(type -> type.writeByteArray(1, tensor)));
        });
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    content.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }
}
