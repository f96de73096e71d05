package org.finetune4j.data;

/** What becomes of long work when a picture cannot be read. */
public enum Unreadable {
  /** It stops with the reason; what a cache holds by then stays. */
  STOP,

  /** It goes on without the picture, and the result says which were left out and why. */
  SKIP
}
