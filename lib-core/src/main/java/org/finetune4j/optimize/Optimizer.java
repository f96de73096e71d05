package org.finetune4j.optimize;

import java.util.List;
import java.util.Objects;

/**
 * The rule by which an optimizer step changes weights, with Keras's formulas and defaults. A value:
 * what it remembers between steps lies with whoever trains.
 */
public sealed interface Optimizer permits Sgd, RmsProp, Adam, AdamW {

  /** Returns the learning rate before any schedule. */
  double learningRate();

  /** Returns this optimizer with another learning rate. */
  Optimizer learningRate(double newLearningRate);

  /**
   * Returns this optimizer with another momentum: that of SGD, or the first beta of Adam and AdamW.
   *
   * @param newMomentum from 0 to below 1
   * @throws IllegalArgumentException if it is out of range, or this is RMSprop, which has none
   */
  Optimizer momentum(double newMomentum);

  /** Returns the names of the arrays it keeps for each tensor of weights; all start at zero. */
  List<String> slots();

  /**
   * Changes weights by one step, in place.
   *
   * @param weights the values of one tensor
   * @param gradient the gradient of the loss by them
   * @param slots one array for each of {@link #slots}, of the tensor's length; changed too
   * @param step number of this step, from 1
   * @param rate the learning rate of this step
   * @param decays whether weight decay applies to this tensor
   */
  void update(
      float[] weights, float[] gradient, float[][] slots, long step, double rate, boolean decays);

  /** Returns stochastic gradient descent without momentum. */
  static Sgd sgd(double learningRate) {
    return new Sgd(learningRate, 0, false);
  }

  /** Returns RMSprop with a rho of 0.9 and an epsilon of 1e-7. */
  static RmsProp rmsProp(double learningRate) {
    return new RmsProp(learningRate, 0.9, 1e-7);
  }

  /** Returns Adam with betas of 0.9 and 0.999 and an epsilon of 1e-7. */
  static Adam adam(double learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-7);
  }

  /** Returns Adam with decoupled weight decay. */
  static AdamW adamW(double learningRate, double weightDecay) {
    return new AdamW(adam(learningRate), weightDecay);
  }

  /** Refuses what is not a number above zero. */
  static void requirePositive(String what, double value) {
    Objects.requireNonNull(what, "what");
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(what + " is a number above 0, not " + value + ".");
    }
  }

  /** Refuses what is not from 0 to below 1. */
  static void requireShare(String what, double value) {
    Objects.requireNonNull(what, "what");
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(what + " is from 0 to below 1, not " + value + ".");
    }
  }
}
