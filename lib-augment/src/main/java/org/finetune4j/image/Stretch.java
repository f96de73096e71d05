package org.finetune4j.image;

/**
 * The part of a resized axis that is computed.
 *
 * @param whole what the axis is resized to; what is not computed need not fit into any array
 * @param first where the part begins
 * @param length how long it is
 */
record Stretch(long whole, long first, int length) {
  static Stretch all(int length) {
    return new Stretch(length, 0, length);
  }

  /** Returns the middle; an odd pixel is left over at the end. */
  static Stretch middle(long whole, int length) {
    return new Stretch(whole, (whole - length) / 2, length);
  }
}
