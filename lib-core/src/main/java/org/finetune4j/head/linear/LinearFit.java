package org.finetune4j.head.linear;

import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Fits a linear head: mean of sample weight * loss + penalty / 2 * (sum of squared weights), the
 * biases not penalised. Some rows can be held where they are.
 */
public final class LinearFit {
  private static final int MAXIMUM_ITERATIONS = 1000;

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

  /** Samples whose losses one thread sums up. */
  private static final int PIECE = 1024;

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
    return minimum(start, usual(), onTheWay -> Curvature.everywhere(features, problem, penalty));
  }

  /** Returns the weights of the minimum, which is unique but for rounding, whatever the start. */
  public LinearWeights exactly(LinearWeights start) {
    if (penalty == 0) {
      return near(start);
    }
    double fine = Math.max(FINEST, OF_PENALTY * penalty);
    return minimum(
        start,
        Math.min(usual(), fine),
        onTheWay ->
            ClassCurvature.pays(features, problem)
                ? ClassCurvature.at(onTheWay, features, problem, penalty, held, penalizesBiases)
                : Curvature.at(onTheWay, features, problem, penalty));
  }

  private double usual() {
    return problem.outputs() == 1 ? TOLERANCE_OF_ONE : TOLERANCE;
  }

  /**
   * Finds the minimum.
   *
   * @param known gives what is known of the curvature, if the minimum is not found soon
   */
  private LinearWeights minimum(
      LinearWeights start, double tolerance, Function<LinearWeights, Lbfgs.Preconditioner> known) {
    Lbfgs whole = new Lbfgs(MAXIMUM_ITERATIONS, tolerance);
    if (!Curvature.pays(features, problem)) {
      return weights(whole.minimize(this::evaluate, start.values()));
    }
    int shortWay = Curvature.stepsBefore(features, problem);
    double[] onTheWay = new Lbfgs(shortWay, tolerance).minimize(this::evaluate, start.values());
    return weights(whole.minimize(this::evaluate, onTheWay, known.apply(weights(onTheWay))));
  }

  private LinearWeights weights(double[] values) {
    return new LinearWeights(values, features.dimension(), problem.outputs());
  }

  private double evaluate(double[] point, double[] gradient) {
    int dimension = features.dimension();
    double[][] byScore = features.scores(new LinearWeights(point, dimension, problem.outputs()));
    double value = lossOf(byScore);
    int weights = problem.outputs() * dimension;
    int penalized = penalizesBiases ? point.length : weights;
    for (int k = 0; k < point.length; k++) {
      double factor = k < penalized ? penalty : 0;
      value += factor / 2 * point[k] * point[k];
      gradient[k] = factor * point[k];
    }
    features.addGradient(byScore, gradient);
    for (int c = 0; c < problem.outputs(); c++) {
      double sum = 0;
      for (double one : byScore[c]) {
        sum += one;
      }
      gradient[weights + c] += sum;
    }
    hold(gradient);
    return value;
  }

  private void hold(double[] gradient) {
    int dimension = features.dimension();
    for (int c = 0; c < held.length; c++) {
      for (int j = 0; held[c] && j < dimension; j++) {
        gradient[c * dimension + j] = 0;
      }
      gradient[held.length * dimension + c] *= held[c] ? 0 : 1;
    }
  }

  /** Returns the mean loss and turns the scores into the gradient by them. */
  private double lossOf(double[][] scores) {
    double[] sums =
        IntStream.range(0, (features.samples() + PIECE - 1) / PIECE)
            .parallel()
            .mapToDouble(piece -> lossOf(scores, piece * PIECE))
            .toArray();
    double sum = 0;
    for (double one : sums) {
      sum += one;
    }
    return sum / features.samples();
  }

  private double lossOf(double[][] scores, int first) {
    double[] sample = new double[problem.outputs()];
    double[] gradient = new double[problem.outputs()];
    double sum = 0;
    for (int i = first; i < Math.min(features.samples(), first + PIECE); i++) {
      for (int c = 0; c < sample.length; c++) {
        sample[c] = scores[c][i];
      }
      double weight = problem.weights()[i];
      sum += weight * problem.loss().evaluate(sample, problem.targets()[i], gradient);
      for (int c = 0; c < sample.length; c++) {
        scores[c][i] = weight * gradient[c] / features.samples();
      }
    }
    return sum;
  }
}
