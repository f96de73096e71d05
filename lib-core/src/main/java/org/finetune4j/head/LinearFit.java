package org.finetune4j.head;

/**
 * Fits a linear head: mean of sample weight * loss + penalty / 2 * (sum of squared weights), the
 * biases not penalised.
 */
final class LinearFit {
  private static final int MAXIMUM_ITERATIONS = 1000;

  /** Largest component of the gradient at the minimum; a single score is quick to solve further. */
  private static final double TOLERANCE = 1e-5;

  private static final double TOLERANCE_OF_ONE = 1e-7;

  private final StandardizedFeatures features;
  private final LinearProblem problem;
  private final double penalty;

  private LinearFit(StandardizedFeatures features, LinearProblem problem, double penalty) {
    this.features = features;
    this.problem = problem;
    this.penalty = penalty;
  }

  /** Returns the weights of the minimum, which is unique but for rounding. */
  static LinearWeights of(
      StandardizedFeatures features, LinearProblem problem, double penalty, LinearWeights start) {
    double[] minimum =
        new Lbfgs(MAXIMUM_ITERATIONS, problem.outputs() == 1 ? TOLERANCE_OF_ONE : TOLERANCE)
            .minimize(new LinearFit(features, problem, penalty)::evaluate, start.values());
    return new LinearWeights(minimum, features.dimension, problem.outputs());
  }

  private double evaluate(double[] point, double[] gradient) {
    double[][] byScore =
        features.scores(new LinearWeights(point, features.dimension, problem.outputs()));
    double value = lossOf(byScore);
    int weights = problem.outputs() * features.dimension;
    for (int k = 0; k < weights; k++) {
      value += penalty / 2 * point[k] * point[k];
      gradient[k] = penalty * point[k];
    }
    for (int c = 0; c < problem.outputs(); c++) {
      features.addGradient(byScore[c], gradient, c * features.dimension);
      double sum = 0;
      for (double one : byScore[c]) {
        sum += one;
      }
      gradient[weights + c] = sum;
    }
    return value;
  }

  /** Returns the mean loss and turns the scores into the gradient by them. */
  private double lossOf(double[][] scores) {
    double[] sample = new double[problem.outputs()];
    double[] gradient = new double[problem.outputs()];
    double sum = 0;
    for (int i = 0; i < features.samples; i++) {
      for (int c = 0; c < sample.length; c++) {
        sample[c] = scores[c][i];
      }
      double weight = problem.weights()[i];
      sum += weight * problem.loss().evaluate(sample, problem.targets()[i], gradient);
      for (int c = 0; c < sample.length; c++) {
        scores[c][i] = weight * gradient[c] / features.samples;
      }
    }
    return sum / features.samples;
  }
}
