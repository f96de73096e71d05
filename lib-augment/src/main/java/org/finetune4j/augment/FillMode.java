package org.finetune4j.augment;

/**
 * What a transform puts where it looks outside the picture, as in SciPy's {@code ndimage} and
 * Keras's {@code ImageDataGenerator}.
 */
public enum FillMode {
  /** {@code aaaa|abcd|dddd}: the nearest edge pixel. */
  NEAREST,
  /** {@code dcba|abcd|dcba}: mirrored, edge pixels twice. */
  REFLECT,
  /** {@code abcd|abcd|abcd}: repeated. */
  WRAP,
  /** {@code kkkk|abcd|kkkk}: one value. */
  CONSTANT
}
