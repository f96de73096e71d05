package org.finetune4j.backbone.input;

import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.finetune4j.engine.onnx.ObservedSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.onnx.graph.OnnxEmitter;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * How far pictures are from what a network learned from: where its first batch normalisation keeps
 * mean and variance. Not thread-safe.
 */
final class FirstNormalization implements AutoCloseable {
  private final BatchNormalization norm;
  private final ObservedSession before;
  private final FloatBuffer means;
  private final FloatBuffer variances;
  private final double[] sums;
  private long each;

  private FirstNormalization(
      BatchNormalization norm, ObservedSession before, FloatBuffer means, FloatBuffer variances) {
    this.norm = norm;
    this.before = before;
    this.means = means;
    this.variances = variances;
    this.sums = new double[means.remaining()];
  }

  /** Opens what lies before a network's first batch normalisation, if it has one. */
  static Optional<FirstNormalization> of(Network network, Weights weights) {
    return network.layers().stream()
        .filter(BatchNormalization.class::isInstance)
        .map(BatchNormalization.class::cast)
        .findFirst()
        .map(it -> open(it, network.upTo(it.input()), weights));
  }

  private static FirstNormalization open(BatchNormalization norm, Network piece, Weights weights) {
    OnnxGraph graph = OnnxEmitter.emit(piece).withoutUnreadWeights();
    return new FirstNormalization(
        norm,
        ObservedSession.open(
            piece.inputs().get(0),
            graph,
            graph.values(weights),
            Set.of(norm.input()),
            RuntimeOptions.standard()),
        weights.get(norm.name() + "/moving_mean").values(),
        weights.get(norm.name() + "/moving_variance").values());
  }

  /** Adds one picture; the buffer's position stays where it is. */
  void add(FloatBuffer picture) {
    FloatBuffer values = Objects.requireNonNull(before.run(picture.duplicate()).get(norm.input()));
    int plane = values.remaining() / sums.length;
    for (int k = 0; k < sums.length * plane; k++) {
      sums[k / plane] += values.get(values.position() + k);
    }
    each += plane;
  }

  /** Returns the distance of the channels' means in deviations, mean over them. */
  OptionalDouble distance() {
    if (each == 0) {
      return OptionalDouble.empty();
    }
    double distance = 0;
    for (int i = 0; i < sums.length; i++) {
      double deviation = Math.sqrt(variances.get(i) + norm.epsilon());
      distance += Math.abs(sums[i] / each - means.get(i)) / deviation / sums.length;
    }
    return OptionalDouble.of(distance);
  }

  @Override
  public void close() {
    before.close();
  }
}
