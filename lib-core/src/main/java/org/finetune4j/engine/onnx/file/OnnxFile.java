package org.finetune4j.engine.onnx.file;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.files.AtomicFiles;
import org.finetune4j.files.PrivateBytes;

/**
 * An ONNX file of somebody else's, read as hostile: sizes are bounded, operators are ONNX's own, no
 * graph stands inside another, and numbers outside of the file lie beside it. ONNX Runtime never
 * sees it: what runs is written anew from what was read.
 *
 * @param name of the file, for messages
 * @param opset the version of ONNX's operators
 * @param inputs of the graph, those with a value of their own left out
 * @param outputs of the graph
 * @param nodes in the file's order
 * @param tensors numbers in the file, by name
 * @param sha256 over the file and all that was read beside it
 */
public record OnnxFile(
    String name,
    int opset,
    List<RawPort> inputs,
    List<RawPort> outputs,
    List<RawNode> nodes,
    Map<String, RawTensor> tensors,
    String sha256) {
  static final int OLDEST = 9;
  static final int NEWEST = 21;
  private static final int MOST = 20_000;
  private static final long MOST_BYTES = 2_000_000_000L;

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read, is no ONNX model, or uses what is not allowed; the
   *     message says what and the way out
   */
  public static OnnxFile read(Path file) throws IOException {
    AtomicFiles.requireRegular(file);
    ByteBuffer bytes;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > MOST_BYTES) {
        throw refused(file, "it has " + channel.size() + " bytes, the most is " + MOST_BYTES);
      }
      bytes = PrivateBytes.read(channel, 0, (int) channel.size());
    }
    try {
      return new Reading(file, bytes).model();
    } catch (IOException e) {
      throw refused(file, String.valueOf(e.getMessage()));
    } catch (ArithmeticException e) {
      throw refused(file, "its sizes are beyond what memory holds");
    }
  }

  static IOException refused(Path file, String why) {
    return new IOException("Not an ONNX model that can be used: " + file + ": " + why + ".");
  }

  /** One reading. */
  private static final class Reading {
    private final Path file;
    private final ByteBuffer bytes;
    private final Hasher hasher = Hashing.sha256().newHasher();
    private final ExternalData external;
    private final ReadLimits limits = new ReadLimits();
    private final List<RawNode> nodes = new ArrayList<>();
    private final Map<String, RawTensor> tensors = new LinkedHashMap<>();
    private final List<RawPort> inputs = new ArrayList<>();
    private final List<RawPort> outputs = new ArrayList<>();
    private int opset;
    private boolean hasGraph;

    Reading(Path file, ByteBuffer bytes) {
      this.file = file;
      this.bytes = bytes;
      hasher.putBytes(bytes.duplicate());
      this.external = new ExternalData(file, hasher, MOST_BYTES);
    }

    OnnxFile model() throws IOException {
      ProtoFields fields = new ProtoFields(bytes);
      long functions = 0;
      while (fields.next()) {
        switch (fields.field()) {
          case 7 -> graph(fields.message());
          case 8 -> operators(fields.message());
          case 25 -> functions++;
          default -> {} // who made it, documentation
        }
      }
      if (!hasGraph || nodes.isEmpty()) {
        throw new IOException("it holds no graph");
      }
      requireOwnOperators(functions);
      if (opset < OLDEST || opset > NEWEST) {
        throw new IOException(
            String.format(
                java.util.Locale.ROOT,
                "it has operator set %d, read are %d to %d: export it with opset_version=17",
                opset,
                OLDEST,
                NEWEST));
      }
      inputs.removeIf(port -> tensors.containsKey(port.name()));
      return new OnnxFile(
          String.valueOf(file.getFileName()),
          opset,
          List.copyOf(inputs),
          List.copyOf(outputs),
          List.copyOf(nodes),
          tensors,
          hasher.hash().toString());
    }

    private void operators(ByteBuffer message) throws IOException {
      String domain = "";
      long version = 0;
      ProtoFields fields = new ProtoFields(message);
      while (fields.next()) {
        if (fields.field() == 1) {
          domain = fields.text();
        } else if (fields.field() == 2) {
          version = fields.integer();
        }
      }
      if (domain.isEmpty() || domain.equals("ai.onnx")) {
        opset = (int) Math.max(0, Math.min(version, Integer.MAX_VALUE));
      }
    }

    private void graph(ByteBuffer message) throws IOException {
      if (hasGraph) {
        throw new IOException("it holds two graphs");
      }
      hasGraph = true;
      ProtoFields fields = new ProtoFields(message);
      while (fields.next()) {
        switch (fields.field()) {
          case 1 -> nodes.add(RawNode.read(fields.message(), external, limits));
          case 5 -> {
            RawTensor tensor = RawTensor.read(fields.message(), external, limits);
            if (tensor.name().isEmpty() || tensors.put(tensor.name(), tensor) != null) {
              throw new IOException("tensor '" + tensor.name() + "' stands twice");
            }
          }
          case 11 -> inputs.add(RawPort.read(fields.message()));
          case 12 -> outputs.add(RawPort.read(fields.message()));
          case 15 -> throw new IOException("it holds sparse tensors");
          default -> {} // names, documentation, shapes of values: they are computed here
        }
        if (Math.max(nodes.size(), tensors.size()) > MOST
            || inputs.size() + outputs.size() > MOST) {
          throw new IOException("it has more than " + MOST + " operators, tensors or ends");
        }
      }
    }

    private void requireOwnOperators(long functions) throws IOException {
      for (RawNode node : nodes) {
        if (!node.domain().isEmpty()) {
          throw new IOException(
              node.described()
                  + " is an operator of '"
                  + node.domain()
                  + "', but only ONNX's own are read"
                  + (node.domain().startsWith("com.microsoft")
                      ? ": export the model without ONNX Runtime's optimisations"
                      : functions > 0
                          ? ": put its functions in line (onnx.inliner.inline_local_functions)"
                          : ""));
        }
      }
    }
  }
}
