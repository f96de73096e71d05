package org.finetune4j.uncertainty;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;

/**
 * Sets of tags that miss few: on pictures like those they were calibrated on, the set holds on
 * average at least the chosen share of a picture's true tags, whatever the tagger (conformal risk
 * control of the share that is missed; Angelopoulos, Bates, Fisch, Lei, Schuster 2022, <i>Conformal
 * Risk Control</i>). A picture without tags misses none. The share holds on average over all
 * pictures, not for each tag, and only while pictures come from where the calibration's came from.
 * An immutable value.
 *
 * @param coverage the share, above 0 and below 1
 * @param threshold tags from this probability on are in the set
 * @param samples how many pictures they were calibrated on
 */
public record ConformalTags(double coverage, double threshold, int samples) {
  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the coverage is out of range, the threshold no probability,
   *     or there are fewer samples than the coverage needs
   */
  public ConformalTags {
    FiniteSample.requireCoverage(coverage);
    if (!(threshold >= 0 && threshold <= 1) || FiniteSample.rank(samples, coverage) > samples) {
      throw new IllegalArgumentException(
          "A threshold of "
              + threshold
              + " from "
              + samples
              + " samples cannot come from a calibration with coverage "
              + coverage
              + ".");
    }
  }

  /** A true tag: how sure the tagger is of it, and what share of its picture's tags it is. */
  private record TrueTag(float probability, double share) {}

  /**
   * Calibrates: the threshold is the highest at which (n m + 1) / (n + 1) is at most 1 - coverage,
   * where m is the mean share of tags that n pictures miss.
   *
   * @param probabilities of every tag, one row per picture; pictures that nothing was learned from
   *     or chosen on
   * @param truth their true tags
   * @param coverage what share of a picture's tags the set shall hold on average, for example 0.9
   * @throws IllegalArgumentException if the coverage is out of range, the sizes differ, a
   *     probability is out of range, no picture has a tag, or there are fewer pictures than the
   *     coverage needs: 9 for 0.9, 99 for 0.99
   */
  public static ConformalTags calibrate(float[][] probabilities, Targets truth, double coverage) {
    Objects.requireNonNull(probabilities, "probabilities");
    int pictures = truth.size();
    FiniteSample.requireEnough(pictures, coverage);
    List<TrueTag> trueTags = trueTags(probabilities, truth);
    trueTags.sort(Comparator.comparingDouble(TrueTag::probability));
    double allowed = (1 - coverage) * (pictures + 1) - 1 + FiniteSample.ROUNDING;
    double missed = 0;
    int kept = 0;
    for (int next = 0; next < trueTags.size(); next++) {
      // A threshold above equal probabilities misses all of them.
      missed += trueTags.get(next).share();
      boolean last = next + 1 == trueTags.size();
      if (missed <= allowed
          && !last
          && trueTags.get(next + 1).probability() > trueTags.get(next).probability()) {
        kept = next + 1;
      }
    }
    return new ConformalTags(coverage, trueTags.get(kept).probability(), pictures);
  }

  private static List<TrueTag> trueTags(float[][] probabilities, Targets truth) {
    if (!(truth.task() instanceof Task.Tags) || probabilities.length != truth.size()) {
      throw new IllegalArgumentException(
          "There is a row of probabilities for the tags of each picture, but there are "
              + probabilities.length
              + " rows and "
              + truth
              + ".");
    }
    List<TrueTag> all = new ArrayList<>();
    for (int i = 0; i < probabilities.length; i++) {
      ConformalSets.requireProbabilities(probabilities[i], truth.task().outputs() - 1, i);
      List<Integer> tags = ((Target.Tags) truth.get(i)).indices();
      for (int tag : tags) {
        all.add(new TrueTag(probabilities[i][tag], 1.0 / tags.size()));
      }
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "Sets of tags are calibrated on pictures that have some, but none of "
              + truth.size()
              + " has one.");
    }
    return all;
  }

  /**
   * Returns the tags of the set, the likeliest first; may be none.
   *
   * @param probabilities of every tag
   */
  public int[] of(float[] probabilities) {
    return IntStream.of(ConformalMethod.likeliestFirst(probabilities))
        .filter(tag -> probabilities[tag] >= threshold)
        .toArray();
  }

  /**
   * Returns what share of its true tags a picture's set holds, on average; 1 for a picture without
   * tags.
   *
   * @throws IllegalArgumentException if there is no picture, or the sizes differ
   */
  public double measuredCoverage(float[][] probabilities, Targets truth) {
    double missed = 0;
    for (TrueTag tag : trueTags(probabilities, truth)) {
      missed += tag.probability() >= threshold ? 0 : tag.share();
    }
    return 1 - missed / truth.size();
  }
}
