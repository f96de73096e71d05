package org.finetune4j.weights.download;

import java.io.IOException;

/** What came cannot be stored: the disk is full, or the folder cannot be written. */
public final class WriteFailure extends IOException {
  private static final long serialVersionUID = 1;

  /** Wraps the reason, whose class often says more than its message. */
  public WriteFailure(IOException reason) {
    super(reason.getClass().getSimpleName() + ": " + reason.getMessage(), reason);
  }
}
