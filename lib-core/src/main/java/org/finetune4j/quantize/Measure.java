package org.finetune4j.quantize;

import java.util.Locale;

/**
 * One measure of two models.
 *
 * @param name with its unit, if it has one
 * @param float32 of the original
 * @param int8 of the model in eight bits
 */
public record Measure(String name, double float32, double int8) {
  /** Returns for example {@code mean average precision 0.9312 -> 0.9308}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.4g -> %.4g", name, float32, int8);
  }
}
