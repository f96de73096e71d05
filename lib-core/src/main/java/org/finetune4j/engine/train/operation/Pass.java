package org.finetune4j.engine.train.operation;

import java.util.Optional;

/**
 * One way through the network.
 *
 * @param n samples in the batch
 * @param key names the random numbers of a training step; empty for inference
 */
public record Pass(int n, Optional<StepKey> key) {
  boolean training() {
    return key.isPresent();
  }
}
