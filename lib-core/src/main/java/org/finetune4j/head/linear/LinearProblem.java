package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * One convex problem that a linear head solves: all labels together, or one tag, or one number.
 *
 * @param loss what is minimized
 * @param outputs scores of a sample
 * @param targets what is right for each sample
 * @param weights how much each sample counts
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LinearProblem(LinearLoss loss, int outputs, double[] targets, double[] weights) {
  /** Returns the second derivative of each sample's part by a score, given scores by output. */
  double[] curvatures(double[][] scores) {
    double[] curvatures = new double[targets.length];
    Arrays.parallelSetAll(
        curvatures, i -> weights[i] * loss.curvature(sample(scores, i), targets[i]));
    return curvatures;
  }

  private static double[] sample(double[][] scores, int i) {
    return Arrays.stream(scores).mapToDouble(ofOutput -> ofOutput[i]).toArray();
  }

  /** Returns the samples of each label; all as one where scores are of a single output. */
  int[][] groups() {
    return IntStream.range(0, outputs)
        .mapToObj(
            label ->
                IntStream.range(0, targets.length)
                    .filter(i -> outputs == 1 || targets[i] == label)
                    .toArray())
        .toArray(int[][]::new);
  }

  /** Returns the second derivatives of some samples' part by pairs of some scores. */
  double[][] curvature(double[][] scores, int[] samples, int[] of) {
    double[][] sum = new double[of.length][of.length];
    for (int i : samples) {
      loss.addCurvature(sample(scores, i), targets[i], weights[i], of, sum);
    }
    return sum;
  }
}
