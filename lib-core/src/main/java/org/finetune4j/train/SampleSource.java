package org.finetune4j.train;

import java.io.IOException;

/** Where a training loop gets its samples from. */
interface SampleSource {
  /** Returns the number of samples. */
  int size();

  /** Returns the label index of a sample. */
  int target(int sample);

  /**
   * Prepares a batch; called on other threads, ahead of time.
   *
   * @param samples which ones
   * @param epoch the epoch, from 0 on, which decides what augmentation does
   */
  Activations prepare(int[] samples, int epoch) throws IOException;

  /** A batch whose last step, if any, is computed when it is taken. */
  @FunctionalInterface
  interface Activations {
    /**
     * Returns, for each input of the trained network, the activations of all samples one behind the
     * other; called once, by the thread that trains.
     */
    float[][] compute();
  }
}
