package org.finetune4j.engine.dl4j;

import java.util.Optional;

/**
 * One way through the network.
 *
 * @param n samples in the batch
 * @param key names the random numbers of a training step; empty for inference
 */
record Pass(int n, Optional<StepKey> key) {
  boolean training() {
    return key.isPresent();
  }
}
