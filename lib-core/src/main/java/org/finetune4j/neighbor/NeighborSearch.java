package org.finetune4j.neighbor;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.row.Vectors;
import org.finetune4j.network.Activation;
import org.finetune4j.network.NearestNeighbors.Distance;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * The samples of a training, ready to be compared with others: centred for Euclidean distances,
 * which lose digits far from the origin, and of length 1 for cosines.
 */
public final class NeighborSearch {
  /** One neighbour and how far away it is. */
  record Neighbor(int sample, double distance) {}

  private final FeatureSet train;
  private final Distance distance;
  private final float[] center;
  private final float[][] vectors;
  private final double[] squares;

  private NeighborSearch(FeatureSet train, Distance distance) {
    this.train = train;
    this.distance = distance;
    this.center = new float[train.dimension()];
    if (distance == Distance.EUCLIDEAN) {
      double[] sums = new double[center.length];
      for (int i = 0; i < train.size(); i++) {
        float[] row = train.features(i);
        for (int j = 0; j < sums.length; j++) {
          sums[j] += row[j];
        }
      }
      for (int j = 0; j < sums.length; j++) {
        center[j] = (float) (sums[j] / train.size());
      }
    }
    this.vectors = new float[train.size()][];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = vector(train.features(i));
    }
    this.squares = Arrays.stream(vectors).mapToDouble(Vectors::squares).toArray();
  }

  /** Prepares the samples of a training. */
  public static NeighborSearch of(FeatureSet train, Distance distance) {
    return new NeighborSearch(train, distance);
  }

  private float[] vector(float[] row) {
    double length =
        distance == Distance.COSINE ? Math.sqrt(Math.max(1e-24, Vectors.squares(row))) : 1;
    float[] vector = new float[row.length];
    for (int j = 0; j < row.length; j++) {
      vector[j] = (float) ((row[j] - center[j]) / length);
    }
    return vector;
  }

  /**
   * Returns for each of some samples the nearest, the nearest first, and of equal ones the first.
   */
  List<List<Neighbor>> nearest(FeatureSet others, int most, boolean leaveOut) {
    try (OnnxSession session = products()) {
      return IntStream.range(0, others.size())
          .mapToObj(
              i -> {
                float[] vector = vector(others.features(i));
                String group = others.answers().groups().get(i);
                IntPredicate own =
                    j ->
                        leaveOut
                            && (j == i
                                || (!group.isEmpty()
                                    && group.equals(train.answers().groups().get(j))));
                return nearest(vector, session.run(1, FloatBuffer.wrap(vector))[0], own, most);
              })
          .toList();
    }
  }

  private List<Neighbor> nearest(float[] vector, float[] products, IntPredicate own, int most) {
    double length = Vectors.squares(vector);
    return IntStream.range(0, products.length)
        .filter(j -> !own.test(j))
        .mapToObj(
            j ->
                new Neighbor(
                    j,
                    distance == Distance.COSINE
                        ? 1 - products[j]
                        : Math.sqrt(Math.max(0, length - 2.0 * products[j] + squares[j]))))
        .sorted(Comparator.comparingDouble(Neighbor::distance))
        .limit(most)
        .toList();
  }

  /** Dot products with all samples at once are a dense layer. */
  private OnnxSession products() {
    Network network =
        Network.builder("features", Shape.vector(center.length))
            .dense("products", vectors.length, Activation.LINEAR)
            .build();
    Weights weights =
        Weights.builder()
            .put("products/kernel", transposed())
            .put("products/bias", Tensor.of(new float[vectors.length], vectors.length))
            .build();
    return OnnxSession.open(network, weights, RuntimeOptions.standard());
  }

  private Tensor transposed() {
    float[] kernel = new float[Math.multiplyExact(center.length, vectors.length)];
    for (int i = 0; i < vectors.length; i++) {
      for (int j = 0; j < center.length; j++) {
        kernel[j * vectors.length + i] = vectors[i][j];
      }
    }
    return Tensor.of(kernel, center.length, vectors.length);
  }

  /** Returns what the layers of the head hold. */
  public Weights weights(String centering, String layer) {
    int outputs = train.task().outputs();
    float[] answers = new float[vectors.length * outputs];
    float[] lengths = new float[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      System.arraycopy(train.answers().row(i), 0, answers, i * outputs, outputs);
      lengths[i] = (float) squares[i];
    }
    Weights.Builder weights =
        Weights.builder()
            .put(layer + "/vectors", transposed())
            .put(layer + "/answers", Tensor.of(answers, vectors.length, outputs));
    if (distance == Distance.EUCLIDEAN) {
      float[] ones = new float[center.length];
      Arrays.fill(ones, 1);
      weights
          .put(centering + "/mean", Tensor.of(center, center.length))
          .put(centering + "/variance", Tensor.of(ones, center.length))
          .put(layer + "/squares", Tensor.of(lengths, vectors.length));
    }
    return weights.build();
  }
}
