package org.finetune4j.engine.onnx.graph;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.engine.onnx.graph.OnnxLayout.Fixed;
import org.finetune4j.engine.onnx.graph.OnnxLayout.Values;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.jspecify.annotations.Nullable;

/**
 * Takes the weights out of an ONNX file that {@link OnnxWriter} wrote for a network, and refuses
 * every other file.
 *
 * <p>The file may come from anywhere: apart from the values of the weights, it must be byte for
 * byte what the writer writes for this network. So nothing of it is interpreted, and operators,
 * shapes, names or references of somebody else's cannot get in. Time and memory are bounded by the
 * network, not by what the file says about itself.
 */
public final class OnnxReader {
  private OnnxReader() {}

  /**
   * Checks a file and returns its weights.
   *
   * @param file from position to limit, which stay as they are; for example a piece of a mapped
   *     file
   * @param network what the file must compute
   * @return the network's tensors, as views of the buffer
   * @throws IOException if the file is not the writer's for this network
   * @throws IllegalArgumentException if the network itself cannot be written as ONNX
   */
  public static Weights read(ByteBuffer file, Network network) throws IOException {
    if (OnnxEmitter.weightBytes(network) > file.remaining()) {
      throw refusal(
          "it has " + file.remaining() + " bytes, fewer than the weights of the network need");
    }
    Weights.Builder weights = Weights.builder();
    OnnxGraph graph = OnnxEmitter.emit(network);
    read(file, graph)
        .forEach((name, values) -> weights.put(name, tensor(graph.weights().get(name), values)));
    return weights.build();
  }

  private static Tensor tensor(@Nullable OnnxWeight weight, ByteBuffer values) {
    return Tensor.wrap(values, Objects.requireNonNull(weight).shape());
  }

  /**
   * Checks a file against a graph and returns the values of its weights by name, as views of the
   * buffer.
   *
   * @throws IOException if the file is not the writer's for this graph
   */
  public static Map<String, ByteBuffer> read(ByteBuffer file, OnnxGraph graph) throws IOException {
    ByteBuffer rest = file.slice();
    Map<String, ByteBuffer> weights = new LinkedHashMap<>();
    for (OnnxLayout.Part part : OnnxLayout.of(graph).parts()) {
      if (part instanceof Fixed fixed) {
        requireEqual(fixed, rest, file.remaining());
      } else if (part instanceof Values values) {
        weights.put(values.weight().name(), take(values.weight(), rest, file.remaining()));
      }
    }
    if (rest.hasRemaining()) {
      throw refusal("it goes on for " + rest.remaining() + " bytes behind the model's end");
    }
    return weights;
  }

  private static void requireEqual(Fixed expected, ByteBuffer rest, int size) throws IOException {
    ByteBuffer bytes = expected.bytes();
    int length = Math.min(bytes.remaining(), rest.remaining());
    int difference = bytes.slice(0, length).mismatch(rest.slice(rest.position(), length));
    if (difference >= 0) {
      int at = rest.position() + difference;
      throw refusal("byte " + at + ", in " + expected.what() + ", differs");
    }
    requireLength(bytes.remaining(), expected.what(), rest, size);
    rest.position(rest.position() + length);
  }

  private static ByteBuffer take(OnnxWeight expected, ByteBuffer rest, int size)
      throws IOException {
    int length = expected.length();
    requireLength(length, "the values of '" + expected.name() + "'", rest, size);
    ByteBuffer values = rest.slice(rest.position(), length);
    rest.position(rest.position() + length);
    return values;
  }

  private static void requireLength(int length, String what, ByteBuffer rest, int size)
      throws IOException {
    if (rest.remaining() < length) {
      throw refusal("it ends after " + size + " bytes, in " + what);
    }
  }

  private static IOException refusal(String reason) {
    return new IOException(
        "Not the ONNX file of this network: "
            + reason
            + ". Apart from the weights' values, the file must be as Finetune4j writes it for the"
            + " network; save it again with this version.");
  }
}
