package org.finetune4j.head;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.finetune4j.head.linear.LinearLoss;
import org.finetune4j.head.linear.LinearProblem;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.train.input.NumberUnits;

/**
 * The convex problems that a linear head has in targets: one for labels, or one per tag or number.
 */
final class LinearProblems {
  private LinearProblems() {}

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
  static double goodness(LinearProblem problem, double[][] scores, PenaltyScore score) {
    double[] targets = problem.targets();
    if (problem.loss() == LinearLoss.SQUARED_ERROR) {
      return -IntStream.range(0, targets.length)
          .mapToDouble(i -> scores[0][i] - targets[i])
          .map(error -> error * error)
          .average()
          .orElse(0);
    }
    int[] labels = Arrays.stream(targets).mapToInt(target -> (int) target).toArray();
    // A tag is two labels, of which one has a score of 0: a softmax over both is its sigmoid.
    return score.of(
        problem.outputs() == 1 ? new double[][] {new double[labels.length], scores[0]} : scores,
        labels);
  }

  /** Returns a goodness as people read it. */
  static String text(LinearProblem problem, double goodness, PenaltyScore score) {
    return problem.loss() == LinearLoss.SQUARED_ERROR
        ? String.format(Locale.ROOT, "R2 %.3f", 1 + goodness)
        : score.text(goodness);
  }
}
