package org.finetune4j.network;

/** What a window does at the border, as in TensorFlow. Other paddings are {@link ZeroPadding}. */
public enum Padding {
  /**
   * The output has ceil(input / stride) positions; the smaller half of the padding comes before.
   */
  SAME,
  /** No padding: the window stays inside. */
  VALID
}
