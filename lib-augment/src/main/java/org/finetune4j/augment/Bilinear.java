package org.finetune4j.augment;

/** Interpolates runs of output pixels whose positions in the input advance by a fixed step. */
interface Bilinear {
  /** Positions carry 32 bits of fraction. */
  int FRACTION_BITS = 32;

  /**
   * Computes pixels whose four neighbours all lie within the picture.
   *
   * @param first index of the first output pixel
   * @param count how many
   * @param y source row of the first
   * @param x source column of the first
   * @param stepY what each adds to the row
   * @param stepX what each adds to the column
   */
  void inside(int first, int count, long y, long x, long stepY, long stepX);

  /** Computes pixels that may lie anywhere, moved to the nearest edge. */
  void clamped(int first, int count, long y, long x, long stepY, long stepX);

  /** Returns a position moved into [0, last], where last counts whole pixels. */
  static long clamp(long position, int last) {
    return Math.max(0, Math.min((long) last << FRACTION_BITS, position));
  }
}
