package org.finetune4j.train.log;

import java.util.Objects;

/**
 * The loss, or a weight, became NaN or infinite: training cannot go on. The last checkpoint, if
 * there is one, is from before.
 */
public final class TrainingDivergedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  private final int epoch;
  private final int step;
  private final double learningRate;

  /**
   * Says what to try.
   *
   * @param epoch from 1 on
   * @param step within the epoch, from 1 on
   * @param what for example {@code The loss became NaN}
   */
  public TrainingDivergedException(int epoch, int step, double learningRate, String what) {
    super(
        Objects.requireNonNull(what, "what")
            + " in epoch "
            + epoch
            + ", step "
            + step
            + ", at learning rate "
            + learningRate
            + ". Try a smaller learning rate or gradient clipping, and check the preprocessing.");
    this.epoch = epoch;
    this.step = step;
    this.learningRate = learningRate;
  }

  /** Returns the epoch, from 1 on. */
  public int epoch() {
    return epoch;
  }

  /** Returns the step within the epoch, from 1 on. */
  public int step() {
    return step;
  }

  /** Returns the learning rate of the step. */
  public double learningRate() {
    return learningRate;
  }
}
