package org.finetune4j.train.input;

import java.io.IOException;
import java.util.Optional;
import org.finetune4j.network.Shape;
import org.finetune4j.target.Targets;

/** Where a training loop gets its samples from. */
public interface SampleSource {
  /** Returns the number of samples. */
  default int size() {
    return targets().size();
  }

  /** Returns the right answers of all samples. */
  Targets targets();

  /** Returns what a teacher says of the samples, if there is one. */
  default Optional<Teacher> teacher() {
    return Optional.empty();
  }

  /** Returns the shape of a sample at the place where samples are mixed: a picture or features. */
  Shape shape();

  /**
   * Prepares a batch; called on other threads, ahead of time.
   *
   * @param samples which ones
   * @param epoch the epoch, from 0 on, which decides what augmentation does
   * @param mix how they are mixed
   */
  Activations prepare(int[] samples, int epoch, Mix mix) throws IOException;

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
