package org.finetune4j.uncertainty;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;

/**
 * What a model was told about its own answers, kept in its file. An immutable value.
 *
 * @param sets sets of labels, for classifiers
 * @param tags sets of tags, for taggers
 * @param intervals intervals around numbers, for regressors
 * @param novelty which pictures are new, for all
 */
public record Uncertainty(
    Optional<ConformalSets> sets,
    Optional<ConformalTags> tags,
    Optional<ConformalIntervals> intervals,
    Optional<NoveltyDetector> novelty) {
  /** Returns nothing. */
  public static Uncertainty none() {
    return new Uncertainty(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Returns whether nothing is known. */
  public boolean isNone() {
    return sets.isEmpty() && tags.isEmpty() && intervals.isEmpty() && novelty.isEmpty();
  }

  /**
   * Returns the same, calibrated: sets for labels and tags, intervals for numbers.
   *
   * @param outputs of a model, one row per picture: probabilities or numbers
   * @param truth what is right; pictures that nothing was learned from or chosen on
   * @param coverage how often a set or interval shall hold the truth, for example 0.9
   * @throws IllegalArgumentException if the coverage is out of range, the sizes differ, or there
   *     are fewer pictures than the coverage needs
   */
  public Uncertainty calibrated(float[][] outputs, Targets truth, double coverage) {
    Objects.requireNonNull(outputs, "outputs");
    if (truth.task() instanceof Task.OneLabel) {
      return with(ConformalSets.calibrate(outputs, truth.labelIndices(), coverage));
    }
    if (truth.task() instanceof Task.Tags) {
      return with(ConformalTags.calibrate(outputs, truth, coverage));
    }
    float[][] numbers = new float[truth.size()][];
    Arrays.setAll(numbers, truth::row);
    return with(ConformalIntervals.calibrate(outputs, numbers, coverage));
  }

  /** Returns the same with these sets. */
  public Uncertainty with(ConformalSets newSets) {
    return new Uncertainty(
        Optional.of(Objects.requireNonNull(newSets, "newSets")), tags, intervals, novelty);
  }

  /** Returns the same with these sets of tags. */
  public Uncertainty with(ConformalTags newTags) {
    return new Uncertainty(
        sets, Optional.of(Objects.requireNonNull(newTags, "newTags")), intervals, novelty);
  }

  /** Returns the same with these intervals. */
  public Uncertainty with(ConformalIntervals newIntervals) {
    return new Uncertainty(
        sets, tags, Optional.of(Objects.requireNonNull(newIntervals, "newIntervals")), novelty);
  }

  /** Returns the same with this detector. */
  public Uncertainty with(NoveltyDetector detector) {
    return new Uncertainty(
        sets, tags, intervals, Optional.of(Objects.requireNonNull(detector, "detector")));
  }
}
