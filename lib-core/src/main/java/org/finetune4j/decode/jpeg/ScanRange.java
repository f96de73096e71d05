package org.finetune4j.decode.jpeg;

/**
 * Which coefficients a scan brings, and which of their bits.
 *
 * @param first in zigzag order
 * @param last in zigzag order
 * @param high the bit that was read before, 0 if none was
 * @param low the last bit that is read
 */
record ScanRange(boolean progressive, int first, int last, int high, int low) {
  enum Kind {
    SEQUENTIAL,
    MEANS,
    MEANS_REFINED,
    DETAILS,
    DETAILS_REFINED
  }

  Kind kind() {
    if (!progressive) {
      return Kind.SEQUENTIAL;
    }
    if (first == 0) {
      return high == 0 ? Kind.MEANS : Kind.MEANS_REFINED;
    }
    return high == 0 ? Kind.DETAILS : Kind.DETAILS_REFINED;
  }

  /** Returns which coefficients, as bits. */
  long band() {
    return -1L << first & -1L >>> (Component.BLOCK - 1 - last);
  }

  /** Returns whether differences of means are read by a table. */
  boolean hasMeans() {
    return !progressive || (first == 0 && high == 0);
  }

  boolean hasDetails() {
    return !progressive || first > 0;
  }

  /** Refuses what the standard does not know. */
  void check(int components) throws NotPlainException {
    if (progressive) {
      boolean band = first == 0 ? last == 0 : components == 1 && first <= last && last < 64;
      boolean bits = low <= 13 && (high == 0 || low == high - 1);
      NotPlainException.require(band && bits, "no scan of a progressive file");
    }
  }

  /** Notes what a component gets, which must follow on what it has. */
  void note(Component component) throws NotPlainException {
    int end = progressive ? last : Component.BLOCK - 1;
    for (int k = progressive ? first : 0; k <= end; k++) {
      int before = high == 0 ? -1 : high;
      NotPlainException.require(component.lastBit[k] == before, "bits in another order");
      component.lastBit[k] = progressive ? low : 0;
    }
  }
}
