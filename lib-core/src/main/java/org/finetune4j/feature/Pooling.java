package org.finetune4j.feature;

/** What becomes of a feature map. */
public enum Pooling {
  /** Nothing: all values, flattened in channel, row, column order. */
  NONE,
  /** The mean of each channel. */
  AVG,
  /** The largest value of each channel. */
  MAX
}
