package org.finetune4j.engine.train.operation;

import org.finetune4j.engine.train.kernel.Blob;

/** A layer at work: it reads blobs and writes one. */
public interface Operation {
  /** Computes the output's values from the inputs'. */
  void forward(Pass pass);

  /**
   * Adds to the inputs' gradients, where they want one, and writes those of the parameters. Runs
   * once all readers of the output have done so.
   */
  void backward(Pass pass);

  /** Returns what it writes. */
  Blob output();

  /**
   * Returns whether it overwrites what another operation wrote, which then still has to go back.
   */
  default boolean inPlace() {
    return false;
  }
}
