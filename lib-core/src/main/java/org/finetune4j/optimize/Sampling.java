package org.finetune4j.optimize;

/** How often the samples of each class are seen in an epoch. */
public enum Sampling {
  /** Every sample once. */
  ALL_ONCE,
  /**
   * Every class as often as the largest one: the samples of smaller classes come again (random
   * oversampling). With augmentation they look different each time. Validation stays as it is.
   */
  BALANCED
}
