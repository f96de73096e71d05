package org.finetune4j.image;

/** How a value between pixels is computed. */
public enum Interpolation {
  /** The nearest pixel. */
  NEAREST,
  /** Linear in both directions. */
  BILINEAR,
  /** Cubic convolution with a = -0.5, as in Pillow. */
  BICUBIC,
  /** The mean over the area that an output pixel covers (Pillow's {@code BOX}). */
  AREA
}
