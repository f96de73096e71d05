package org.finetune4j.decode;

/**
 * What becomes of damaged files.
 *
 * @param strict whether damage counts that touches no pixel
 * @param keepTruncated whether a picture that breaks off is kept as far as it goes
 */
public record DamageRules(boolean strict, boolean keepTruncated) {
  /** As lenient as other readers where pixels are whole, and no more. */
  public static final DamageRules STANDARD = new DamageRules(false, false);
}
