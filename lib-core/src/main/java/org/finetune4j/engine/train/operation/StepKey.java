package org.finetune4j.engine.train.operation;

import org.finetune4j.random.CounterRandom;

/**
 * The place of a step in a training. It names the random numbers of the step, so that a resumed
 * training draws the same ones.
 *
 * @param seed seed of the whole training
 * @param stage number of the stage, for example head or fine-tuning
 * @param epoch number of the epoch
 * @param step number of the step in the epoch
 */
public record StepKey(long seed, int stage, int epoch, int step) {
  /** Returns the random numbers of this step. */
  public CounterRandom random() {
    return CounterRandom.of(seed, stage, epoch, step);
  }

  /** Returns the random numbers of one layer in this step. */
  CounterRandom random(String layer) {
    return random().stream(layer.chars().asLongStream().toArray());
  }
}
