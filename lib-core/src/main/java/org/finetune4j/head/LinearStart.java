package org.finetune4j.head;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.linear.LinearSolution;
import org.finetune4j.head.linear.LinearWeights;
import org.finetune4j.head.linear.StandardizedFeatures;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Dense;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Normalization;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Task;
import org.finetune4j.weights.Weights;

/**
 * Where a linear head starts: at zero, or at the rows of one that was fitted before.
 *
 * @param before the head that was fitted before
 * @param keeps whether its rows stay as they are
 */
record LinearStart(Optional<TrainedHead> before, boolean keeps) {
  private static final int ROWS_OF_SIGMOID = 2;

  /** Refuses features that the head before does not read, or that are for another task. */
  void check(FeatureSet train) {
    if (before.isEmpty()) {
      return;
    }
    TrainedHead head = before.get();
    if (train.fingerprint().isPresent()) {
      head.requireSameExtractor(train.fingerprint(), "The features come");
    }
    int read = head.network().inputs().get(0).shape().elements();
    if (read != train.dimension() || !head.task().getClass().equals(train.task().getClass())) {
      throw new IllegalArgumentException(
          "A warm start is a head of the same features and kind of task, but it reads "
              + read
              + " features for "
              + head.task()
              + " and these are "
              + train
              + ".");
    }
    solution(head);
    if (keeps && !hasNew(train)) {
      throw new IllegalArgumentException(
          "keepRows() keeps the rows of "
              + head.task()
              + " and fits those of others, but there is no sample of another: "
              + train
              + ". Leave keepRows() out to fit all rows.");
    }
  }

  private boolean hasNew(FeatureSet train) {
    boolean[] known = known(train.task());
    for (int i = 0; i < known.length; i++) {
      int output = i;
      if (!known[i] && Arrays.stream(train.answers().column(output)).anyMatch(it -> it != 0)) {
        return true;
      }
    }
    return false;
  }

  /** Standardises the samples: as those before were, where rows are kept. */
  StandardizedFeatures standardized(FeatureSet train) {
    return keeps
        ? StandardizedFeatures.of(train, solution(before.orElseThrow()))
        : StandardizedFeatures.fit(train);
  }

  /** Returns the rows to start from, of all labels or of one tag or number. */
  LinearWeights rows(StandardizedFeatures features, Task task, int number) {
    List<String> names = names(task, number);
    return before
        .map(head -> solution(head).rows(features, names))
        .orElseGet(() -> LinearWeights.zero(features.dimension(), names.size()));
  }

  /** Returns which of these rows stay where they start. */
  boolean[] held(Task task, int number) {
    List<String> names = names(task, number);
    return keeps ? solution(before.orElseThrow()).knows(names) : new boolean[names.size()];
  }

  /** Returns whether rows are kept of which there is no sample: nothing then holds the biases. */
  boolean isAlone(FeatureSet train) {
    if (!keeps || !(train.task() instanceof Task.OneLabel)) {
      return false;
    }
    boolean[] known = known(train.task());
    return Arrays.stream(train.targets()).noneMatch(label -> known[label]);
  }

  private boolean[] known(Task task) {
    List<String> before = names(this.before.orElseThrow().task());
    boolean[] known = new boolean[task.outputs()];
    for (int i = 0; i < known.length; i++) {
      known[i] = before.contains(names(task).get(i));
    }
    return known;
  }

  private static List<String> names(Task task, int number) {
    return task instanceof Task.OneLabel ? names(task) : List.of(names(task).get(number));
  }

  private static List<String> names(Task task) {
    return task instanceof Task.Numbers numbers
        ? numbers.quantities().stream().map(Quantity::name).toList()
        : task.labels().names();
  }

  /**
   * Returns the rows of a head.
   *
   * @throws IllegalArgumentException if it is not linear
   */
  static LinearSolution solution(TrainedHead head) {
    Optional<String> standardized = Optional.empty();
    Optional<Dense> dense = Optional.empty();
    boolean linear = !(head.task() instanceof Task.Numbers);
    for (Layer layer : head.network().layers()) {
      if (layer instanceof Normalization && dense.isEmpty()) {
        standardized = Optional.of(layer.name());
      } else if (layer instanceof Dense last && dense.isEmpty()) {
        dense = Optional.of(last);
      } else {
        linear &=
            layer instanceof Input || (layer instanceof Flatten && dense.isEmpty()) || ends(layer);
      }
    }
    if (!linear || dense.isEmpty() || !dense.get().bias()) {
      throw new IllegalArgumentException(
          "A warm start is a linear head of labels or tags (logisticRegression(), linearSvm()), but"
              + " this one is "
              + head
              + " with the layers "
              + head.network().layerNames()
              + ". Fit a new head without warmStart().");
    }
    return solution(head, standardized, dense.get().name());
  }

  /** A softmax or sigmoid on its own behind the scores. */
  private static boolean ends(Layer layer) {
    return layer instanceof ActivationLayer last
        && (last.activation() == Activation.SOFTMAX || last.activation() == Activation.SIGMOID);
  }

  private static LinearSolution solution(
      TrainedHead head, Optional<String> standardized, String dense) {
    Weights weights = head.weights();
    float[] kernel = weights.get(dense + "/kernel").toArray();
    float[] bias = weights.get(dense + "/bias").toArray();
    int dimension = kernel.length / bias.length;
    List<String> names = names(head.task());
    // One sigmoid for two labels is a softmax over 0 and its score.
    boolean second = bias.length == 1 && names.size() == ROWS_OF_SIGMOID;
    LinearWeights rows = LinearWeights.zero(dimension, names.size());
    for (int c = 0; c < bias.length; c++) {
      int to = second ? 1 : c;
      for (int j = 0; j < dimension; j++) {
        rows.values()[to * dimension + j] = kernel[j * bias.length + c];
      }
      rows.values()[names.size() * dimension + to] = bias[c];
    }
    return new LinearSolution(
        standardized
            .map(it -> doubles(weights.get(it + "/mean").toArray(), dimension))
            .orElseGet(() -> filled(dimension, 0)),
        standardized
            .map(it -> doubles(weights.get(it + "/variance").toArray(), dimension))
            .orElseGet(() -> filled(dimension, 1)),
        rows,
        names);
  }

  /** Widens statistics; those of a channel belong to each of its places. */
  private static double[] doubles(float[] values, int dimension) {
    double[] wide = new double[dimension];
    for (int j = 0; j < dimension; j++) {
      wide[j] = values[(int) ((long) j * values.length / dimension)];
    }
    return wide;
  }

  private static double[] filled(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return values;
  }
}
