package org.finetune4j.uncertainty;

import java.util.Arrays;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Task;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * Squared Mahalanobis distances to the means of classes as layers that every network knows: with z
 * the whitened features and m a whitened mean, |z|^2 - 2 z m + |m|^2.
 */
record MahalanobisNetwork(Network network, Weights weights) {
  static final String DISTANCES = "novelty_distances";

  private static final String CENTRED = "novelty_centred";
  private static final String WHITE = "novelty_white";
  private static final String SQUARE = "novelty_square";
  private static final String LENGTH = "novelty_length";
  private static final String TOWARDS = "novelty_towards";
  private static final int MOST_FEATURES = 4096;
  private static final int MOST_SAMPLES = 10_000;

  static MahalanobisNetwork of(FeatureSet features) {
    int size = features.dimension();
    if (size > MOST_FEATURES) {
      throw new IllegalArgumentException(
          "Distances are computed between up to "
              + MOST_FEATURES
              + " features, not "
              + size
              + ". Pool the feature maps: FeatureExtractor.builder(backbone).pooling(Pooling.AVG).");
    }
    int[] chosen = CounterRandom.of(0).permutation(features.size());
    chosen = Arrays.copyOf(chosen, Math.min(chosen.length, MOST_SAMPLES));
    Arrays.sort(chosen);
    int[] classes = classes(features, chosen);
    double[][] byFeature = new double[size][chosen.length];
    float[] row = new float[size];
    for (int i = 0; i < chosen.length; i++) {
      features.copyFeatures(chosen[i], row, 0);
      for (int j = 0; j < size; j++) {
        byFeature[j][i] = row[j];
      }
    }
    double[] center =
        Arrays.stream(byFeature).mapToDouble(it -> Arrays.stream(it).average().orElse(0)).toArray();
    double[][] means = centre(byFeature, classes);
    double[][] white = Whitening.of(byFeature);
    for (double[] mean : means) {
      for (int j = 0; j < size; j++) {
        mean[j] -= center[j];
      }
    }
    return new MahalanobisNetwork(
        network(features.shape(), means.length), weights(center, white, means));
  }

  /** Returns the class of each chosen sample, counted from 0 without gaps. */
  private static int[] classes(FeatureSet features, int[] chosen) {
    if (!(features.task() instanceof Task.OneLabel)) {
      return new int[chosen.length];
    }
    int[] targets = Arrays.stream(chosen).map(features::target).toArray();
    int[] present = Arrays.stream(targets).distinct().sorted().toArray();
    return Arrays.stream(targets).map(it -> Arrays.binarySearch(present, it)).toArray();
  }

  /** Subtracts from each sample the mean of its class, and returns the means. */
  private static double[][] centre(double[][] byFeature, int[] classes) {
    int count = Arrays.stream(classes).max().orElse(0) + 1;
    double[][] means = new double[count][byFeature.length];
    int[] samples = new int[count];
    for (int each : classes) {
      samples[each]++;
    }
    for (int j = 0; j < byFeature.length; j++) {
      for (int i = 0; i < classes.length; i++) {
        means[classes[i]][j] += byFeature[j][i] / samples[classes[i]];
      }
      for (int i = 0; i < classes.length; i++) {
        byFeature[j][i] -= means[classes[i]][j];
      }
    }
    return means;
  }

  private static Network network(Shape features, int classes) {
    return Network.builder("features", Shape.vector(features.elements()))
        .normalization(CENTRED)
        .dense(WHITE, features.elements(), Activation.LINEAR)
        .multiply(SQUARE, WHITE, WHITE)
        .dense(LENGTH, classes, Activation.LINEAR)
        .from(WHITE)
        .dense(TOWARDS, classes, Activation.LINEAR)
        .add(DISTANCES, LENGTH, TOWARDS)
        .build();
  }

  private static Weights weights(double[] center, double[][] white, double[][] means) {
    int size = center.length;
    int classes = means.length;
    float[] whiteKernel = new float[size * size];
    float[] towards = new float[size * classes];
    float[] lengths = new float[classes];
    for (int row = 0; row < size; row++) {
      for (int j = 0; j <= row; j++) {
        whiteKernel[j * size + row] = (float) white[row][j];
      }
    }
    for (int c = 0; c < classes; c++) {
      double squares = 0;
      for (int row = 0; row < size; row++) {
        double mean = 0;
        for (int j = 0; j <= row; j++) {
          mean += white[row][j] * means[c][j];
        }
        towards[row * classes + c] = (float) (-2 * mean);
        squares += mean * mean;
      }
      lengths[c] = (float) squares;
    }
    return Weights.builder()
        .put(CENTRED + "/mean", vector(center))
        .put(CENTRED + "/variance", filled(1, size))
        .put(WHITE + "/kernel", Tensor.of(whiteKernel, size, size))
        .put(WHITE + "/bias", filled(0, size))
        .put(LENGTH + "/kernel", filled(1, size, classes))
        .put(LENGTH + "/bias", filled(0, classes))
        .put(TOWARDS + "/kernel", Tensor.of(towards, size, classes))
        .put(TOWARDS + "/bias", Tensor.of(lengths, classes))
        .build();
  }

  private static Tensor vector(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.of(floats, floats.length);
  }

  private static Tensor filled(float value, Integer... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    Arrays.fill(values, value);
    return Tensor.of(values, shape);
  }
}
