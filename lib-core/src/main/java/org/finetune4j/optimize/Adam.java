package org.finetune4j.optimize;

import java.util.List;

/**
 * Steps of the running mean of gradients, divided by the root of their running mean square (Kingma
 * and Ba 2015; Keras {@code Adam}, whose epsilon stands beside the uncorrected root).
 *
 * @param learningRate size of a step
 * @param beta1 how much of the running mean each step keeps
 * @param beta2 how much of the running mean square each step keeps
 * @param epsilon added to the root
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon)
    implements Optimizer {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the learning rate or epsilon is not above 0, or a beta is
   *     not from 0 to below 1
   */
  public Adam {
    Optimizer.requirePositive("A learning rate", learningRate);
    Optimizer.requireShare("Beta 1", beta1);
    Optimizer.requireShare("Beta 2", beta2);
    Optimizer.requirePositive("Epsilon", epsilon);
  }

  @Override
  public Adam learningRate(double newLearningRate) {
    return new Adam(newLearningRate, beta1, beta2, epsilon);
  }

  @Override
  public Adam momentum(double newMomentum) {
    return new Adam(learningRate, newMomentum, beta2, epsilon);
  }

  @Override
  public List<String> slots() {
    return List.of("mean", "square");
  }

  @Override
  public void update(
      float[] weights, float[] gradient, float[][] slots, long step, double rate, boolean decays) {
    double steps = step;
    float alpha =
        (float) (rate * Math.sqrt(1 - Math.pow(beta2, steps)) / (1 - Math.pow(beta1, steps)));
    float take1 = (float) (1 - beta1);
    float take2 = (float) (1 - beta2);
    float e = (float) epsilon;
    float[] mean = slots[0];
    float[] square = slots[1];
    for (int i = 0; i < weights.length; i++) {
      float g = gradient[i];
      float m = mean[i] + (g - mean[i]) * take1;
      float v = square[i] + (g * g - square[i]) * take2;
      mean[i] = m;
      square[i] = v;
      weights[i] -= m * alpha / ((float) Math.sqrt(v) + e);
    }
  }
}
