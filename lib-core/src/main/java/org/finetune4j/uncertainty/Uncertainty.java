package org.finetune4j.uncertainty;

import java.util.Optional;

/**
 * What a model was told about its own answers, kept in its file. An immutable value.
 *
 * @param sets sets of labels, for classifiers
 * @param intervals intervals around numbers, for regressors
 * @param novelty which pictures are new, for all
 */
public record Uncertainty(
    Optional<ConformalSets> sets,
    Optional<ConformalIntervals> intervals,
    Optional<NoveltyDetector> novelty) {
  /** Returns nothing. */
  public static Uncertainty none() {
    return new Uncertainty(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Returns whether nothing is known. */
  public boolean isNone() {
    return sets.isEmpty() && intervals.isEmpty() && novelty.isEmpty();
  }

  /** Returns the same with these sets. */
  public Uncertainty with(ConformalSets newSets) {
    return new Uncertainty(Optional.of(newSets), intervals, novelty);
  }

  /** Returns the same with these intervals. */
  public Uncertainty with(ConformalIntervals newIntervals) {
    return new Uncertainty(sets, Optional.of(newIntervals), novelty);
  }

  /** Returns the same with this detector. */
  public Uncertainty with(NoveltyDetector detector) {
    return new Uncertainty(sets, intervals, Optional.of(detector));
  }
}
