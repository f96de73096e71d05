package org.finetune4j.weights.download;

import java.io.IOException;

/** Nobody answers at a host; whatever else lies there need not be asked for. */
public final class UnreachedHost extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean known;

  UnreachedHost(String message, boolean known) {
    super(message);
    this.known = known;
  }

  UnreachedHost(String message, boolean known, Throwable cause) {
    super(message, cause);
    this.known = known;
  }

  /** Returns whether it was found out earlier, and told then. */
  public boolean isKnown() {
    return known;
  }
}
