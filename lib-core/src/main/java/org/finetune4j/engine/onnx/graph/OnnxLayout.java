package org.finetune4j.engine.onnx.graph;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.finetune4j.network.Network;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;

/**
 * The ONNX file of a network, from its first byte to its last, but for the values of the weights:
 * the writer fills them in, the reader takes them out, and to both everything else is given.
 *
 * @param parts in order
 * @param size of the whole file, in bytes
 */
public record OnnxLayout(List<Part> parts, long size) {
  /** Part of the file. */
  sealed interface Part permits Fixed, Values {}

  /**
   * Bytes that the network determines.
   *
   * @param what they are, for messages
   * @param bytes from the first to the last
   */
  record Fixed(String what, ByteBuffer bytes) implements Part {
    static Fixed of(String what, byte[] bytes) {
      return new Fixed(what, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }
  }

  /** The values of a weight tensor, little-endian. */
  record Values(OnnxWeight weight) implements Part {}

  /**
   * Returns the layout of a network's file.
   *
   * @throws IllegalArgumentException as {@link OnnxEmitter#emit}
   */
  static OnnxLayout of(Network network) {
    return of(OnnxEmitter.emit(network));
  }

  /** Returns the layout of a graph's file. */
  static OnnxLayout of(OnnxGraph whole) {
    List<Part> graph = graph(whole);
    long length = graph.stream().mapToLong(OnnxLayout::length).sum();
    byte[] header = OnnxMessages.header(OnnxMessages.GRAPH, Math.toIntExact(length));
    List<Part> parts = new ArrayList<>();
    parts.add(Fixed.of("the head", OnnxMessages.beforeGraph()));
    parts.add(Fixed.of("the length of the graph", header));
    parts.addAll(graph);
    parts.add(Fixed.of("the operator set", OnnxMessages.afterGraph()));
    return new OnnxLayout(parts, parts.stream().mapToLong(OnnxLayout::length).sum());
  }

  private static long length(Part part) {
    return part instanceof Fixed fixed
        ? fixed.bytes().remaining()
        : ((Values) part).weight().length();
  }

  private static List<Part> graph(OnnxGraph graph) {
    List<Part> parts = new ArrayList<>();
    for (OnnxNode node : graph.nodes()) {
      parts.add(Fixed.of("node '" + node.name() + "'", OnnxMessages.node(node)));
    }
    parts.add(Fixed.of("the name of the graph", OnnxMessages.graphName()));
    for (OnnxWeight weight : graph.weights().values()) {
      parts.add(Fixed.of("weight tensor '" + weight.name() + "'", OnnxMessages.weightHead(weight)));
      parts.add(new Values(weight));
    }
    graph.constants().stream().map(OnnxLayout::constant).forEach(parts::add);
    ends(graph).forEach(parts::add);
    return parts;
  }

  /** Returns the file of a graph whose weights are not in it. */
  public static byte[] withoutWeights(OnnxGraph graph) {
    return withoutWeights(graph, Set.of());
  }

  /**
   * Returns the file of a graph whose weights are not in it, and which puts out more values.
   *
   * @param more names of values that are no outputs yet
   */
  public static byte[] withoutWeights(OnnxGraph graph, Set<String> more) {
    byte[] body =
        OnnxMessages.message(
            it -> {
              for (OnnxNode node : graph.nodes()) {
                it.writeRawBytes(OnnxMessages.node(node));
              }
              it.writeRawBytes(OnnxMessages.graphName());
              for (OnnxWeight weight : graph.weights().values()) {
                it.writeRawBytes(OnnxMessages.weightElsewhere(weight));
              }
              for (OnnxConstant constant : graph.constants()) {
                it.writeRawBytes(OnnxMessages.constant(constant));
              }
              for (Fixed end : ends(graph).toList()) {
                it.writeRawBytes(end.bytes().duplicate());
              }
              for (String value : more) {
                it.writeRawBytes(OnnxMessages.output(value));
              }
            });
    return OnnxMessages.message(
        it -> {
          it.writeRawBytes(OnnxMessages.beforeGraph());
          it.writeByteArray(OnnxMessages.GRAPH, body);
          it.writeRawBytes(OnnxMessages.afterGraph());
        });
  }

  private static Fixed constant(OnnxConstant constant) {
    return Fixed.of("constant '" + constant.name() + "'", OnnxMessages.constant(constant));
  }

  private static Stream<Fixed> ends(OnnxGraph graph) {
    return Stream.concat(
        graph.inputs().entrySet().stream()
            .map(it -> Fixed.of(end("input", it), OnnxMessages.input(it.getKey(), it.getValue()))),
        graph.outputs().entrySet().stream()
            .map(
                it ->
                    Fixed.of(end("output", it), OnnxMessages.output(it.getKey(), it.getValue()))));
  }

  private static String end(String kind, Map.Entry<String, ?> end) {
    return kind + " '" + end.getKey() + "'";
  }
}
