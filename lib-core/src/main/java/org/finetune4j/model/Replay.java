package org.finetune4j.model;

/**
 * Whether a classifier is tried when it is loaded. {@link ImageClassifier#save} writes down what it
 * says about two synthetic pictures; computed again, that shows a runtime or processor that
 * computes something else before anybody relies on it.
 */
public enum Replay {
  /**
   * Classify the pictures and refuse the file if a probability differs by more than 0.001: other
   * processors round differently by a hundredth of that. Costs one batch of two pictures, and the
   * first prediction is that much quicker.
   */
  CHECK,
  /** Take the file as it is. */
  SKIP
}
