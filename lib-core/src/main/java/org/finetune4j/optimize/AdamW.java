package org.finetune4j.optimize;

import java.util.List;

/**
 * Adam whose weights also shrink by a share of the learning rate in each step (Loshchilov and
 * Hutter 2019). Kernels decay; biases and the gamma and beta of batch normalization do not.
 *
 * @param adam the rule without decay
 * @param weightDecay share of a weight that a step with a learning rate of 1 would take away
 */
public record AdamW(Adam adam, double weightDecay) implements Optimizer {
  /**
   * Checks the decay.
   *
   * @throws IllegalArgumentException if it is not from 0 to below 1
   */
  public AdamW {
    Optimizer.requireShare("A weight decay", weightDecay);
  }

  @Override
  public double learningRate() {
    return adam.learningRate();
  }

  @Override
  public AdamW learningRate(double newLearningRate) {
    return new AdamW(adam.learningRate(newLearningRate), weightDecay);
  }

  @Override
  public AdamW momentum(double newMomentum) {
    return new AdamW(adam.momentum(newMomentum), weightDecay);
  }

  @Override
  public List<String> slots() {
    return adam.slots();
  }

  @Override
  public void update(
      float[] weights, float[] gradient, float[][] slots, long step, double rate, boolean decays) {
    if (decays) {
      float kept = (float) (1 - rate * weightDecay);
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= kept;
      }
    }
    adam.update(weights, gradient, slots, step, rate, decays);
  }
}
