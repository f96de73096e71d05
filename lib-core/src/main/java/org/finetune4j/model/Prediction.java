package org.finetune4j.model;

import java.util.Locale;

/**
 * One answer of a classifier.
 *
 * @param label the class's name
 * @param index the class's place among the labels
 * @param probability how sure the classifier is, 0 to 1
 */
public record Prediction(String label, int index, float probability) {
  /** Returns for example {@code cat 98.3 %}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.1f %%", label, 100 * probability);
  }
}
