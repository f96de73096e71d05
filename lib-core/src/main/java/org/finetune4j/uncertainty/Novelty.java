package org.finetune4j.uncertainty;

import java.util.Locale;

/**
 * How far a picture is from those that a model knows.
 *
 * @param distance the Mahalanobis distance of its features to the nearest class, at least 0
 * @param cut above this it is new
 */
public record Novelty(double distance, double cut) {
  /** Returns whether the picture is unlike anything that the model learned from. */
  public boolean isNovel() {
    return distance > cut;
  }

  /** Returns for example {@code unlike anything it learned from (distance 41.3, cut 17.2)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s (distance %.1f, cut %.1f)",
        isNovel() ? "unlike anything it learned from" : "familiar",
        distance,
        cut);
  }
}
