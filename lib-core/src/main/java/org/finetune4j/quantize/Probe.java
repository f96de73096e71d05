package org.finetune4j.quantize;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.finetune4j.engine.onnx.Calibrator;
import org.finetune4j.engine.onnx.ObservedSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.engine.onnx.quantize.FoldedNetwork;
import org.finetune4j.engine.onnx.quantize.Quantization;
import org.finetune4j.engine.onnx.quantize.QuantizationPlan;
import org.finetune4j.engine.onnx.quantize.QuantizedModel;
import org.finetune4j.engine.onnx.quantize.RoundedWeights;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/** Looks inside: how far the last rounded activations move, and which operator moves them most. */
final class Probe {
  private final Network network;
  private final Weights weights;
  private final List<FloatBuffer> pictures = new ArrayList<>();
  private final List<float[]> references = new ArrayList<>();
  private final QuantizationPlan plan;
  private final String value;

  Probe(Network network, Weights weights, Calibrator.Pictures pictures, int most)
      throws IOException {
    this.network = network;
    this.weights = weights;
    FoldedNetwork folded = FoldedNetwork.of(network);
    this.plan = folded.plan();
    this.value = last(plan.calibrated());
    for (int i = 0; i < Math.min(most, pictures.count()); i++) {
      this.pictures.add(pictures.get(i));
    }
    references.addAll(run(folded.graph(), folded.values(weights)));
  }

  private static String last(Set<String> values) {
    return values.stream()
        .reduce((before, next) -> next)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Nothing in this network can be rounded: it has no convolution."));
  }

  private List<float[]> run(OnnxGraph graph, Map<String, ByteBuffer> values) {
    List<float[]> rows = new ArrayList<>();
    try (ObservedSession session =
        ObservedSession.open(
            network.inputs().get(0), graph, values, Set.of(value), RuntimeOptions.standard())) {
      for (FloatBuffer picture : pictures) {
        FloatBuffer seen = Objects.requireNonNull(session.run(picture).get(value));
        float[] row = new float[seen.remaining()];
        seen.get(row);
        rows.add(row);
      }
    }
    return rows;
  }

  /** Returns the relative change (L2), mean over the pictures. */
  double change(Quantization quantization) {
    return change(quantization.apply(network, weights));
  }

  private double change(QuantizedModel model) {
    List<float[]> rows = run(model.graph(), model.values());
    double sum = 0;
    for (int i = 0; i < rows.size(); i++) {
      sum += relative(references.get(i), rows.get(i));
    }
    return sum / rows.size();
  }

  private static double relative(float[] reference, float[] row) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < row.length; i++) {
      double d = (double) row[i] - reference[i];
      difference += d * d;
      norm += (double) reference[i] * reference[i];
    }
    return norm == 0 ? 0 : Math.sqrt(difference / norm);
  }

  /**
   * Returns the operators in eight bits, the most costly first: those that alone, all else in
   * float32, move the activations furthest.
   */
  List<String> mostCostlyFirst(Quantization quantization) {
    RoundedWeights rounded = RoundedWeights.of(network, weights, quantization);
    Map<String, Double> changes = new LinkedHashMap<>();
    Set<String> rest = new LinkedHashSet<>(plan.quantizedNodes());
    rest.removeAll(quantization.floats());
    for (String node : rest) {
      Set<String> others = new HashSet<>(plan.quantizedNodes());
      others.remove(node);
      changes.put(node, change(rounded.model(others)));
    }
    return changes.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
