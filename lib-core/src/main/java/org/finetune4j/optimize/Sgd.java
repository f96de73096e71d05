package org.finetune4j.optimize;

import java.util.List;

/**
 * Stochastic gradient descent (Keras {@code SGD}).
 *
 * @param learningRate size of a step
 * @param momentum share of the last step that is added to this one; 0 is none
 * @param nesterov whether the momentum looks ahead
 */
public record Sgd(double learningRate, double momentum, boolean nesterov) implements Optimizer {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the learning rate is not above 0, or the momentum is not
   *     from 0 to below 1
   */
  public Sgd {
    Optimizer.requirePositive("A learning rate", learningRate);
    Optimizer.requireShare("A momentum", momentum);
  }

  /** Returns this optimizer with momentum. */
  @Override
  public Sgd momentum(double newMomentum) {
    return new Sgd(learningRate, newMomentum, nesterov);
  }

  /** Returns this optimizer with Nesterov's momentum. */
  public Sgd nesterov(double newMomentum) {
    return new Sgd(learningRate, newMomentum, true);
  }

  @Override
  public Sgd learningRate(double newLearningRate) {
    return new Sgd(newLearningRate, momentum, nesterov);
  }

  @Override
  public List<String> slots() {
    return momentum == 0 ? List.of() : List.of("momentum");
  }

  @Override
  public void update(
      float[] weights, float[] gradient, float[][] slots, long step, double rate, boolean decays) {
    float r = (float) rate;
    if (momentum == 0) {
      for (int i = 0; i < weights.length; i++) {
        weights[i] -= r * gradient[i];
      }
      return;
    }
    float mu = (float) momentum;
    float[] velocity = slots[0];
    for (int i = 0; i < weights.length; i++) {
      float v = mu * velocity[i] - r * gradient[i];
      velocity[i] = v;
      weights[i] += nesterov ? mu * v - r * gradient[i] : v;
    }
  }
}
