package org.finetune4j.optimize;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a training run from another thread: after the current step, without finishing the epoch. The
 * last checkpoint stays usable, and the run returns what it has learned. Thread-safe.
 */
public final class Cancellation {
  private final AtomicBoolean requested = new AtomicBoolean();

  /** Asks the run to end. */
  public void request() {
    requested.set(true);
  }

  /** Returns whether somebody asked. */
  public boolean requested() {
    return requested.get();
  }
}
