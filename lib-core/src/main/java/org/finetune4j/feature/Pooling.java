package org.finetune4j.feature;

/** What becomes of a feature map, or of a sequence of tokens. */
public enum Pooling {
  /** Nothing: all values, flattened in channel, row, column order, or token by token. */
  NONE,
  /** The mean of each channel of a map. */
  AVG,
  /** The largest value of each channel of a map. */
  MAX,
  /** The class token, the first of a sequence. */
  CLASS,
  /** The mean of the tokens of a sequence that stand for patches of the picture. */
  MEAN,
  /** The class token, and behind it the mean of the patches. */
  CLASS_AND_MEAN,
  /**
   * The class token, and behind it the distillation token, of networks that have both (DeiT,
   * arXiv:2012.12877).
   */
  CLASS_AND_DISTILLATION
}
