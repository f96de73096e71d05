package org.finetune4j.head.linear;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * What a fit minimises, as a function of the weights: the mean of sample weight * loss, plus the
 * penalty. It is computed in float64 at an anchor, and elsewhere only what is different from there
 * is computed in float32, in half the time and from half the memory: the error is a millionth of
 * the difference. Where the gradient has fallen to a thousandth, there is the next anchor, so that
 * the error falls with the gradient. For one thread.
 */
final class PenalizedLoss implements Lbfgs.Objective {
  /** The gradient, as a part of the anchor's, at which the next anchor is. */
  private static final double NEXT = 1e-3;

  /** Samples whose losses one thread sums up. */
  private static final int PIECE = 1024;

  private final StandardizedFeatures features;
  private final LinearProblem problem;
  private final double penalty;
  private final boolean[] held;
  private final int penalized;
  private final int biases;

  private double[] anchor = {};
  private double[][] scoresThere = {};
  private double[][] byScoreThere = {};

  /** That of the loss alone. */
  private double[] gradientThere = {};

  private double steepnessThere;

  /** Room for what each sample has elsewhere, and for what is different. */
  private final double[][] byScore;

  private final float[][] turned;

  /**
   * Makes the function.
   *
   * @param held the rows along which it counts as flat
   * @param penalizesBiases whether biases are penalised like weights
   */
  PenalizedLoss(
      StandardizedFeatures features,
      LinearProblem problem,
      double penalty,
      boolean[] held,
      boolean penalizesBiases) {
    this.features = features;
    this.problem = problem;
    this.penalty = penalty;
    this.held = held.clone();
    this.biases = problem.outputs() * features.dimension();
    this.penalized = biases + (penalizesBiases ? problem.outputs() : 0);
    this.byScore = new double[problem.outputs()][features.samples()];
    this.turned = new float[problem.outputs()][features.samples()];
  }

  @Override
  public double evaluate(double[] point, double[] gradient) {
    if (anchor.length == 0) {
      return moveAnchor(point, gradient);
    }
    double value = fromAnchor(point, gradient);
    return Vectors.largest(gradient) < NEXT * steepnessThere ? moveAnchor(point, gradient) : value;
  }

  /** Computes in float64 at the next point. */
  void leaveAnchor() {
    anchor = new double[0];
  }

  private double moveAnchor(double[] point, double[] gradient) {
    anchor = point.clone();
    scoresThere = features.scores(weights(point));
    byScoreThere = Arrays.stream(scoresThere).map(double[]::clone).toArray(double[][]::new);
    double loss = lossOf(byScoreThere);
    gradientThere = new double[point.length];
    features.addGradient(byScoreThere, gradientThere);
    System.arraycopy(gradientThere, 0, gradient, 0, point.length);
    double value = complete(loss, point, byScoreThere, gradient);
    steepnessThere = Vectors.largest(gradient);
    return value;
  }

  private double fromAnchor(double[] point, double[] gradient) {
    LinearWeights moved = weights(Vectors.difference(point, anchor));
    eachClass(c -> Vectors.sum(scoresThere[c], moved.bias(c), byScore[c]));
    features.rounded().addScores(moved, byScore);
    double loss = lossOf(byScore);
    eachClass(c -> Vectors.difference(byScore[c], byScoreThere[c], turned[c]));
    System.arraycopy(gradientThere, 0, gradient, 0, point.length);
    features.rounded().addGradient(turned, gradient);
    return complete(loss, point, byScore, gradient);
  }

  private void eachClass(IntConsumer work) {
    IntStream.range(0, problem.outputs()).parallel().forEach(work);
  }

  private LinearWeights weights(double[] values) {
    return new LinearWeights(values, features.dimension(), problem.outputs());
  }

  /** Adds what does not depend on features; returns the value. */
  private double complete(double loss, double[] point, double[][] byScore, double[] gradient) {
    double value = loss;
    for (int k = 0; k < penalized; k++) {
      value += penalty / 2 * point[k] * point[k];
      gradient[k] += penalty * point[k];
    }
    eachClass(c -> gradient[biases + c] += Vectors.sum(byScore[c]));
    hold(gradient);
    return value;
  }

  private void hold(double[] gradient) {
    int dimension = features.dimension();
    for (int c = 0; c < held.length; c++) {
      if (held[c]) {
        Arrays.fill(gradient, c * dimension, (c + 1) * dimension, 0);
        gradient[biases + c] = 0;
      }
    }
  }

  /** Returns the mean loss and turns the scores into the gradient by them. */
  private double lossOf(double[][] scores) {
    double[] sums =
        IntStream.range(0, (features.samples() + PIECE - 1) / PIECE)
            .parallel()
            .mapToDouble(piece -> lossOf(scores, piece * PIECE))
            .toArray();
    return Vectors.sum(sums) / features.samples();
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
