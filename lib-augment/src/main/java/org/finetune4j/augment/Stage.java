package org.finetune4j.augment;

/** When a transform runs, seen from the resize to the input size of a network. */
public enum Stage {
  /** On the picture as it was decoded, before it is resized: cropping and padding. */
  ORIGINAL,
  /** On the picture at the input size: everything else. */
  RESIZED
}
