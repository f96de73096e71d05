package org.finetune4j.head.linear;

import java.util.Arrays;

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
        curvatures,
        i -> {
          double[] sample = Arrays.stream(scores).mapToDouble(ofOutput -> ofOutput[i]).toArray();
          return weights[i] * loss.curvature(sample, targets[i]);
        });
    return curvatures;
  }
}
