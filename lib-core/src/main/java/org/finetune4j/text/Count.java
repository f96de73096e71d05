package org.finetune4j.text;

/** Numbers of things, for people. */
public final class Count {
  private Count() {}

  /**
   * Returns for example {@code 1 picture} or {@code 0 classes}.
   *
   * @param one what one of them is called
   */
  public static String of(long count, String one) {
    String more = one.endsWith("s") ? "es" : "s";
    return count + " " + one + (count == 1 ? "" : more);
  }
}
