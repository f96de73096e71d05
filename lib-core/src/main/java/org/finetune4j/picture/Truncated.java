package org.finetune4j.picture;

/** What becomes of picture files that end before their last pixel. */
public enum Truncated {
  /** They are refused. */
  REFUSE,

  /**
   * They are kept as far as they go, and each is reported: JPEG with gray, PNG and GIF with black
   * in the place of what is missing. Other formats are refused, and so is what ends before its
   * first row.
   */
  KEEP
}
