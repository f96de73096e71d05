package org.finetune4j.decode.pixel;

/** What the sample behind a pixel's colors means. */
public enum Alpha {
  /** What AWT's color model says. */
  AS_STORED,

  /** Nothing: the colors count as they are. */
  NONE,

  /** Opacity, and the colors are multiplied by it already. */
  PREMULTIPLIED,

  /** Opacity. */
  STRAIGHT
}
