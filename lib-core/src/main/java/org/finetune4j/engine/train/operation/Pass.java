package org.finetune4j.engine.train.operation;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One way through the network.
 *
 * @param n samples in the batch
 * @param first how many samples of the same step went before; they have used the first random
 *     numbers
 * @param key names the random numbers of a training step; empty for inference
 * @param keep how much of the stored statistics stays where this pass is made to measure them
 */
public record Pass(int n, int first, Optional<StepKey> key, OptionalDouble keep) {
  /** Returns a pass that changes nothing: no dropout, stored statistics. */
  public static Pass inference(int n) {
    return new Pass(n, 0, Optional.empty(), OptionalDouble.empty());
  }

  /** Returns a pass of a training step, or of a piece of one. */
  public static Pass training(int n, int first, StepKey key) {
    return new Pass(n, first, Optional.of(key), OptionalDouble.empty());
  }

  /** Returns a pass without dropout in which the stored statistics move to those of the batch. */
  public static Pass measuring(int n, double keep) {
    return new Pass(n, 0, Optional.empty(), OptionalDouble.of(keep));
  }

  boolean training() {
    return key.isPresent();
  }

  /** Returns whether batches are normalized by their own statistics, where these may move. */
  boolean batchStatistics() {
    return training() || keep.isPresent();
  }
}
