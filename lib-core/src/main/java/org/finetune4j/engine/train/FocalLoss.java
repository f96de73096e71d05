package org.finetune4j.engine.train;

import java.util.List;
import org.finetune4j.engine.train.kernel.ActivationFunction;
import org.finetune4j.optimize.Loss;

/**
 * Cross-entropy of sigmoid units times (1 - p)^gamma, where p is the probability of what is right.
 */
final class FocalLoss implements OutputLoss {
  private final int outputs;
  private final double gamma;
  private final double[] weights;
  private final double[] positiveWeights;

  FocalLoss(int outputs, Loss.Focal focal, List<Double> weights) {
    this.outputs = outputs;
    this.gamma = focal.gamma();
    this.weights = weights.stream().mapToDouble(w -> w).toArray();
    this.positiveWeights = focal.positiveWeights().stream().mapToDouble(w -> w).toArray();
  }

  @Override
  public float[] outputs(float[] logits, int n) {
    float[] probabilities = new float[n * outputs];
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = ActivationFunction.sigmoid(logits[i]);
    }
    return probabilities;
  }

  @Override
  public double loss(float[] logits, float[] targets, float[] rowWeights, int n) {
    double sum = 0;
    for (int i = 0; i < n * outputs; i++) {
      double loss =
          entropy(logits[i], targets[i]) * StrictMath.pow(wrong(logits[i], targets[i]), gamma);
      double row = rowWeights.length == 0 ? 1 : rowWeights[i / outputs];
      sum += row * weight(i % outputs, targets[i]) * loss;
    }
    return sum / n / outputs;
  }

  private static double entropy(double z, double target) {
    return Math.max(z, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(z))) - target * z;
  }

  /** Returns 1 - p, the probability of what is not right. */
  private static double wrong(double z, double target) {
    return target * sigmoid(-z) + (1 - target) * sigmoid(z);
  }

  private static double sigmoid(double z) {
    double small = StrictMath.exp(-Math.abs(z));
    return (z >= 0 ? 1 : small) / (1 + small);
  }

  private double weight(int unit, double target) {
    double positive = positiveWeights.length == 0 ? 1 : positiveWeights[unit];
    return (weights.length == 0 ? 1 : weights[unit]) * (positive * target + 1 - target);
  }

  @Override
  public void gradient(
      float[] logits, float[] probabilities, float[] targets, int rows, int n, float[] gradient) {
    for (int i = 0; i < rows * outputs; i++) {
      double z = logits[i];
      double t = targets[i];
      double p = sigmoid(z);
      double wrong = wrong(z, t);
      double slope = (p - t) * StrictMath.pow(wrong, gamma);
      if (gamma > 0 && wrong > 0) {
        double turned = gamma * StrictMath.pow(wrong, gamma - 1) * (1 - 2 * t) * p * sigmoid(-z);
        slope += entropy(z, t) * turned;
      }
      gradient[i] = (float) (weight(i % outputs, t) * slope / n / outputs);
    }
  }
}
