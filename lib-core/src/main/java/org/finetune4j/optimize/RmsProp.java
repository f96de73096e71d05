package org.finetune4j.optimize;

import java.util.List;

/**
 * Gradients divided by the root of their running mean square (Keras {@code RMSprop}).
 *
 * @param learningRate size of a step
 * @param rho how much of the running mean each step keeps
 * @param epsilon added under the root
 */
public record RmsProp(double learningRate, double rho, double epsilon) implements Optimizer {
  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the learning rate or epsilon is not above 0, or rho is not
   *     from 0 to below 1
   */
  public RmsProp {
    Optimizer.requirePositive("A learning rate", learningRate);
    Optimizer.requireShare("Rho", rho);
    Optimizer.requirePositive("Epsilon", epsilon);
  }

  @Override
  public RmsProp learningRate(double newLearningRate) {
    return new RmsProp(newLearningRate, rho, epsilon);
  }

  @Override
  public RmsProp momentum(double newMomentum) {
    throw new IllegalArgumentException(
        "RMSprop has no momentum that a schedule could move. Use Optimizer.adam(rate), or"
            + " Optimizer.sgd(rate).momentum(0.9).");
  }

  @Override
  public List<String> slots() {
    return List.of("velocity");
  }

  @Override
  public void update(
      float[] weights, float[] gradient, float[][] slots, long step, double rate, boolean decays) {
    float r = (float) rate;
    float keep = (float) rho;
    float take = (float) (1 - rho);
    float e = (float) epsilon;
    float[] velocity = slots[0];
    for (int i = 0; i < weights.length; i++) {
      float g = gradient[i];
      float v = keep * velocity[i] + take * (g * g);
      velocity[i] = v;
      weights[i] -= r * g / (float) Math.sqrt(v + e);
    }
  }
}
