package org.finetune4j.head;

/**
 * Fits a linear classifier: mean of class weight * loss + penalty / 2 * (sum of squared weights),
 * the biases not penalised.
 */
final class LinearFit {
  private static final int MAXIMUM_ITERATIONS = 1000;
  private static final double TOLERANCE = 1e-5;

  private final StandardizedFeatures features;
  private final LinearLoss loss;
  private final double[] classWeights;
  private final double penalty;

  private LinearFit(
      StandardizedFeatures features, LinearLoss loss, double[] classWeights, double penalty) {
    this.features = features;
    this.loss = loss;
    this.classWeights = classWeights;
    this.penalty = penalty;
  }

  /** Returns the weights of the minimum, which is unique but for rounding. */
  static LinearWeights of(
      StandardizedFeatures features,
      LinearLoss loss,
      double[] classWeights,
      double penalty,
      LinearWeights start) {
    double[] minimum =
        new Lbfgs(MAXIMUM_ITERATIONS, TOLERANCE)
            .minimize(
                new LinearFit(features, loss, classWeights, penalty)::evaluate, start.values());
    return new LinearWeights(minimum, features.dimension, features.classes);
  }

  private double evaluate(double[] point, double[] gradient) {
    double[][] byScore =
        features.scores(new LinearWeights(point, features.dimension, features.classes));
    double value = lossOf(byScore);
    int weights = features.classes * features.dimension;
    for (int k = 0; k < weights; k++) {
      value += penalty / 2 * point[k] * point[k];
      gradient[k] = penalty * point[k];
    }
    for (int c = 0; c < features.classes; c++) {
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
    double[] sample = new double[features.classes];
    double[] gradient = new double[features.classes];
    double sum = 0;
    for (int i = 0; i < features.samples; i++) {
      for (int c = 0; c < sample.length; c++) {
        sample[c] = scores[c][i];
      }
      double weight = classWeights[features.targets[i]];
      sum += weight * loss.evaluate(sample, features.targets[i], gradient);
      for (int c = 0; c < sample.length; c++) {
        scores[c][i] = weight * gradient[c] / features.samples;
      }
    }
    return sum / features.samples;
  }
}
