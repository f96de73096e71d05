package org.finetune4j.decode.jpeg;

/**
 * A marker and what belongs to it: a scan's coded pixels are part of its segment.
 *
 * @param marker its second byte
 * @param start where {@code FF} and the marker stand, fill bytes left out
 * @param length of both and all that follows
 */
public record JpegSegment(int marker, int start, int length) {
  /** Returns where the segment ends. */
  public int end() {
    return start + length;
  }
}
