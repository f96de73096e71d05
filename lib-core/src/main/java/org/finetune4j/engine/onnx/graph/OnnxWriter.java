package org.finetune4j.engine.onnx.graph;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.engine.onnx.graph.OnnxLayout.Fixed;
import org.finetune4j.engine.onnx.graph.OnnxLayout.Values;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * Writes networks as ONNX files that every ONNX Runtime reads: opset 17, float32, activations in
 * channel, row, column order behind a batch dimension named {@code n}. Initializers carry the names
 * of the weights ({@code conv1/kernel}), nodes and values those of the layers, values inside a
 * layer {@code layer/...}. Layers without effect at prediction time (dropout) are left out, but an
 * output keeps its name. Weights are streamed, never held a second time.
 */
public final class OnnxWriter {
  private OnnxWriter() {}

  /**
   * Writes a network with its weights. Equal networks and weights give equal bytes.
   *
   * @param network any piece; its inputs and outputs become the graph's, under their layers' names;
   *     an input that is also an output is put out as {@code name/output}
   * @param weights at least the tensors that the network needs; others are left out
   * @param out is flushed and stays open
   * @throws IllegalArgumentException if a tensor is missing or of another shape, its weights need
   *     more than 2 GB, or a layer's name does not fit ONNX
   * @throws IOException if the stream fails
   */
  public static void write(Network network, Weights weights, OutputStream out) throws IOException {
    OnnxGraph graph = OnnxEmitter.emit(network);
    write(graph, graph.values(weights), out);
  }

  /**
   * Writes a graph.
   *
   * @param values of all its weights
   * @param out is flushed and stays open
   * @throws IOException if the stream fails
   */
  public static void write(OnnxGraph graph, Map<String, ByteBuffer> values, OutputStream out)
      throws IOException {
    BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
    WritableByteChannel channel = Channels.newChannel(buffered);
    for (OnnxLayout.Part part : OnnxLayout.of(graph).parts()) {
      if (part instanceof Fixed fixed) {
        writeFully(fixed.bytes().duplicate(), channel);
      } else if (part instanceof Values it) {
        ByteBuffer bytes = Objects.requireNonNull(values.get(it.weight().name()));
        writeFully(bytes.duplicate(), channel);
      }
    }
    buffered.flush();
  }

  private static void writeFully(ByteBuffer bytes, WritableByteChannel channel) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Returns how many bytes {@link #write} writes for this network.
   *
   * @throws IllegalArgumentException as {@link #write}
   */
  public static long size(Network network) {
    return OnnxLayout.of(network).size();
  }
}
