package org.finetune4j.picture;

/** What becomes of picture files that end before their last pixel. */
public enum Truncated {
  /** They are refused. */
  REFUSE,

  /**
   * They are kept as far as they go, and each is reported. In the place of what is missing stands
   * gray in a JPEG, and what samples of zero mean in a PNG, GIF, BMP or TIFF: black, the first
   * color of a palette, white where opacity or inks are zero. WebP is refused all the same, as in
   * Pillow: its reader gives nothing back when it fails; and so is what ends before its first row,
   * or holds nothing but zeros up to there.
   */
  KEEP
}
