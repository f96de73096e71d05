package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.function.Function;

/**
 * Fits a linear head: mean of sample weight * loss + penalty / 2 * (sum of squared weights), the
 * biases not penalised. Some rows can be held where they are.
 */
public final class LinearFit {
  private static final int MOST_STEPS = 1000;

  /** Steps after which another look at the curvature costs less than it saves. */
  private static final int STEPS_OF_A_LOOK = 150;

  /** Largest component of the gradient at the minimum; a single score is quick to solve further. */
  private static final double TOLERANCE = 1e-5;

  private static final double TOLERANCE_OF_ONE = 1e-7;

  /**
   * The same as a share of the penalty, for a solution that does not depend on where it started:
   * the minimum is no farther away than the length of the gradient divided by the penalty.
   */
  private static final double OF_PENALTY = 1e-7;

  /** Where sums over thousands of samples end. */
  private static final double FINEST = 1e-12;

  private final StandardizedFeatures features;
  private final LinearProblem problem;
  private final double penalty;
  private final boolean[] held;
  private final boolean penalizesBiases;

  /**
   * Makes a fit.
   *
   * @param held the rows that stay where they start
   * @param penalizesBiases whether biases are penalised like weights, which gives a minimum where
   *     nothing else holds them
   */
  public LinearFit(
      StandardizedFeatures features,
      LinearProblem problem,
      double penalty,
      boolean[] held,
      boolean penalizesBiases) {
    this.features = features;
    this.problem = problem;
    this.penalty = penalty;
    this.held = held.clone();
    this.penalizesBiases = penalizesBiases;
  }

  /** Returns the weights near to the minimum: near enough to compare penalties. */
  public LinearWeights near(LinearWeights start) {
    return minimum(
        start,
        usual(),
        Curvature.stepsBefore(features, problem),
        MOST_STEPS,
        onTheWay -> Curvature.everywhere(features, problem, penalty));
  }

  /** Returns the weights of the minimum, which is unique but for rounding, whatever the start. */
  public LinearWeights exactly(LinearWeights start) {
    if (penalty == 0) {
      return near(start);
    }
    double tolerance = Math.min(usual(), Math.max(FINEST, OF_PENALTY * penalty));
    boolean apart = ClassCurvature.pays(features, problem);
    return minimum(
        start,
        tolerance,
        apart ? ClassCurvature.stepsBefore(features) : Curvature.stepsBefore(features, problem),
        STEPS_OF_A_LOOK,
        onTheWay ->
            apart
                ? ClassCurvature.at(onTheWay, features, problem, penalty, held, penalizesBiases)
                : Curvature.at(onTheWay, features, problem, penalty));
  }

  private double usual() {
    return problem.outputs() == 1 ? TOLERANCE_OF_ONE : TOLERANCE;
  }

  /**
   * Finds the minimum.
   *
   * @param before steps after which it is worth while to look at the curvature
   * @param ofALook steps after which it is worth while to look again
   * @param look gives what is known of the curvature at some weights
   */
  private LinearWeights minimum(
      LinearWeights start,
      double tolerance,
      int before,
      int ofALook,
      Function<LinearWeights, Lbfgs.Preconditioner> look) {
    PenalizedLoss loss = new PenalizedLoss(features, problem, penalty, held, penalizesBiases);
    boolean looks = Curvature.pays(features, problem);
    int together = looks ? ofALook : MOST_STEPS;
    Lbfgs search = new Lbfgs(together, tolerance);
    Lbfgs.End end =
        new Lbfgs(looks ? before : MOST_STEPS, tolerance).minimize(loss, start.values());
    for (int steps = 0; end.steepness() > tolerance && steps < MOST_STEPS; steps += together) {
      Lbfgs.Preconditioner known =
          looks ? look.apply(weights(end.point())) : Lbfgs.Preconditioner.none();
      if (steps > 0 || !looks) {
        loss.leaveAnchor(); // what is left may be its rounding
      }
      Lbfgs.End next = search.minimize(loss, end.point(), known);
      if (Arrays.equals(next.point(), end.point())) {
        break;
      }
      end = next;
    }
    return weights(end.point());
  }

  private LinearWeights weights(double[] values) {
    return new LinearWeights(values, features.dimension(), problem.outputs());
  }
}
