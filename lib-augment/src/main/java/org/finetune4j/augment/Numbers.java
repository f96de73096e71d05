package org.finetune4j.augment;

/** Numbers as people write them. */
final class Numbers {
  private Numbers() {}

  /** Returns for example {@code 20} and {@code 0.2}: enough digits to read the same value back. */
  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
