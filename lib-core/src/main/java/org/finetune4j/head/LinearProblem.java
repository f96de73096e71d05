package org.finetune4j.head;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.train.input.NumberUnits;

/**
 * One convex problem that a linear head solves: all labels together, or one tag, or one number.
 *
 * @param loss what is minimized
 * @param outputs scores of a sample
 * @param targets what is right for each sample
 * @param weights how much each sample counts
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LinearProblem(LinearLoss loss, int outputs, double[] targets, double[] weights) {

  /** Returns how many problems the task takes. */
  static int count(Task task) {
    return task instanceof Task.OneLabel ? 1 : task.outputs();
  }

  /**
   * Returns one problem.
   *
   * @param loss of the head, for labels
   * @param number which one
   * @param scale of its numbers, by the samples that are learned from
   */
  static LinearProblem of(
      LinearLoss loss,
      Targets targets,
      int number,
      NumberUnits.Scale scale,
      Optional<ClassWeights> classWeights) {
    if (targets.task() instanceof Task.OneLabel) {
      double[] ofClass =
          classWeights.map(it -> it.of(targets)).orElseGet(() -> ClassWeights.equal(targets));
      int[] labels = targets.labelIndices();
      return new LinearProblem(
          loss,
          targets.task().outputs(),
          Arrays.stream(labels).mapToDouble(label -> label).toArray(),
          Arrays.stream(labels).mapToDouble(label -> ofClass[label]).toArray());
    }
    double[] column = scale.apply(targets.column(number));
    if (targets.task() instanceof Task.Tags) {
      double[] weights = classWeights.map(it -> balanced(column)).orElseGet(() -> ones(column));
      return new LinearProblem(LinearLoss.BINARY_CROSS_ENTROPY, 1, column, weights);
    }
    return new LinearProblem(LinearLoss.SQUARED_ERROR, 1, column, ones(column));
  }

  private static double[] ones(double[] column) {
    return DoubleStream.generate(() -> 1).limit(column.length).toArray();
  }

  /** With and without the tag count as much: samples / (2 * samples of the kind). */
  private static double[] balanced(double[] column) {
    double with = Arrays.stream(column).sum();
    return Arrays.stream(column)
        .map(tag -> column.length / (2 * (tag == 1 ? with : column.length - with)))
        .toArray();
  }

  /**
   * Returns how good scores are; more is better.
   *
   * @param scores by output and sample
   * @param score how labels and tags are measured
   */
  double goodness(double[][] scores, PenaltyScore score) {
    if (loss == LinearLoss.SQUARED_ERROR) {
      return -IntStream.range(0, targets.length)
          .mapToDouble(i -> scores[0][i] - targets[i])
          .map(error -> error * error)
          .average()
          .orElse(0);
    }
    int[] labels = Arrays.stream(targets).mapToInt(target -> (int) target).toArray();
    // A tag is two labels, of which one has a score of 0: a softmax over both is its sigmoid.
    return score.of(
        outputs == 1 ? new double[][] {new double[labels.length], scores[0]} : scores, labels);
  }

  /** Returns a goodness as people read it. */
  String text(double goodness, PenaltyScore score) {
    return loss == LinearLoss.SQUARED_ERROR
        ? String.format(Locale.ROOT, "R2 %.3f", 1 + goodness)
        : score.text(goodness);
  }
}
