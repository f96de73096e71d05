package org.finetune4j.decode.jpeg;

/**
 * The file is damaged, or of a kind that is not decoded here; the full decoder judges it. Part of
 * an ordinary course, so without the cost of a stack trace.
 */
final class NotPlainException extends Exception {
  private static final long serialVersionUID = 1;

  NotPlainException(String what) {
    super(what, null, false, false);
  }

  static void require(boolean plain, String what) throws NotPlainException {
    if (!plain) {
      throw new NotPlainException(what);
    }
  }
}
