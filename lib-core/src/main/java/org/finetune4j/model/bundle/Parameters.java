package org.finetune4j.model.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.engine.onnx.graph.OnnxReader;
import org.finetune4j.engine.onnx.graph.OnnxWeight;
import org.finetune4j.engine.onnx.graph.OnnxWriter;
import org.finetune4j.engine.onnx.quantize.QuantizedModel;
import org.finetune4j.network.NearestNeighbors;
import org.finetune4j.network.Network;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.provenance.EightBits;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** The numbers of a classifier's network, in one of two precisions. */
public sealed interface Parameters {

  /** Prepares the network to run. */
  OnnxSession open(Network network, RuntimeOptions options);

  /** Writes the network as an ONNX file. */
  void write(Network network, OutputStream out) throws IOException;

  /** Returns the network's tensors. */
  Weights weights();

  /** Returns how the numbers were rounded, if they were. */
  Optional<EightBits> rounding();

  /**
   * Returns the same with other facts about their rounding.
   *
   * @throws IllegalStateException if they are not rounded
   */
  Parameters withReport(Map<String, String> report);

  /**
   * Takes the numbers out of an ONNX file.
   *
   * @param rounding what the manifest says of it
   */
  static Parameters read(ByteBuffer file, Network network, Optional<EightBits> rounding)
      throws IOException {
    if (rounding.isEmpty()) {
      Weights weights = OnnxReader.read(file, network);
      ClassifierRules.check(network, weights);
      return new Floats(weights);
    }
    NearestNeighbors.refuseEightBits(network);
    OnnxGraph graph = rounding.get().quantization().graph(network);
    Map<String, ByteBuffer> values = OnnxReader.read(file, graph);
    for (OnnxWeight weight : graph.weights().values()) {
      ByteBuffer bytes = Objects.requireNonNull(values.get(weight.name()));
      if (weight.type() == OnnxConstant.Type.FLOAT
          && Tensor.wrap(bytes, weight.shape()).hasNonFinite()) {
        throw new IOException("'" + weight.name() + "' holds NaN or infinite numbers");
      }
    }
    return new Integers(rounding.get(), new QuantizedModel(graph, values));
  }

  /** Float32. */
  record Floats(Weights weights) implements Parameters {
    @Override
    public OnnxSession open(Network network, RuntimeOptions options) {
      return OnnxSession.open(network, weights, options);
    }

    @Override
    public void write(Network network, OutputStream out) throws IOException {
      OnnxWriter.write(network, weights, out);
    }

    @Override
    public Optional<EightBits> rounding() {
      return Optional.empty();
    }

    @Override
    public Parameters withReport(Map<String, String> report) {
      throw new IllegalStateException("A classifier in float32 has no report of its rounding.");
    }
  }

  /** Eight bits. */
  record Integers(EightBits how, QuantizedModel model) implements Parameters {
    @Override
    public OnnxSession open(Network network, RuntimeOptions options) {
      return OnnxSession.open(network, model, options);
    }

    @Override
    public void write(Network network, OutputStream out) throws IOException {
      OnnxWriter.write(model.graph(), model.values(), out);
    }

    @Override
    public Weights weights() {
      throw new IllegalStateException(
          "The weights of this classifier are rounded to eight bits and folded together, which"
              + " cannot be undone. Keep the float32 classifier to train, explain or quantise it"
              + " again.");
    }

    @Override
    public Optional<EightBits> rounding() {
      return Optional.of(how);
    }

    @Override
    public Parameters withReport(Map<String, String> report) {
      return new Integers(new EightBits(how.quantization(), report), model);
    }
  }
}
