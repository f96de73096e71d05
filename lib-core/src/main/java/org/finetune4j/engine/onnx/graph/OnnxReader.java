package org.finetune4j.engine.onnx.graph;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.finetune4j.engine.onnx.graph.OnnxLayout.Fixed;
import org.finetune4j.engine.onnx.graph.OnnxLayout.Values;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

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
    OnnxLayout layout = OnnxLayout.of(network);
    ByteBuffer rest = file.slice();
    Weights.Builder weights = Weights.builder();
    for (OnnxLayout.Part part : layout.parts()) {
      if (part instanceof Fixed fixed) {
        requireEqual(fixed, rest, file.remaining());
      } else if (part instanceof Values values) {
        weights.put(values.spec().name(), take(values, rest, file.remaining()));
      }
    }
    if (rest.hasRemaining()) {
      throw refusal("it goes on for " + rest.remaining() + " bytes behind the model's end");
    }
    return weights.build();
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

  private static Tensor take(Values expected, ByteBuffer rest, int size) throws IOException {
    int length = expected.length();
    requireLength(length, "the values of '" + expected.spec().name() + "'", rest, size);
    ByteBuffer values = rest.slice(rest.position(), length);
    rest.position(rest.position() + length);
    return Tensor.wrap(values, expected.spec().shape());
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
