package org.finetune4j.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.finetune4j.target.Labels;
import org.finetune4j.text.Count;

/**
 * From which probability on a picture has a tag: one value per tag, and how they came about. An
 * immutable value.
 *
 * @param tags what the values belong to
 * @param values one per tag, in their order; above 0 and up to 1, or just above 1 for a tag that is
 *     never predicted
 * @param selection for people: {@code standard}, or what they were chosen by and on
 */
public record Thresholds(Labels tags, List<Float> values, String selection) {
  private static final float NEVER = Math.nextUp(1f);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if there is not one per tag, or one is out of range
   */
  public Thresholds {
    values = List.copyOf(values);
    if (values.size() != tags.size() || !values.stream().allMatch(it -> it > 0 && it <= NEVER)) {
      throw new IllegalArgumentException(
          "There is one threshold above 0 and up to 1 for each of the tags "
              + tags
              + ", not "
              + values
              + ".");
    }
  }

  /** Returns 0.5 for all tags. */
  public static Thresholds standard(Labels tags) {
    return new Thresholds(tags, Collections.nCopies(tags.size(), 0.5f), "standard");
  }

  /**
   * Returns the same value for all tags.
   *
   * @throws IllegalArgumentException if it is not above 0 and up to 1
   */
  public static Thresholds of(Labels tags, double value) {
    return new Thresholds(tags, Collections.nCopies(tags.size(), (float) value), "given");
  }

  /**
   * Chooses for each tag the threshold with the largest F1, the highest of equal ones. A tag that
   * no picture has keeps 0.5.
   *
   * @param validation pictures to choose on, on which figures are "selected on" from then on
   */
  public static Thresholds bestF1(TagEvaluation validation) {
    return chosen(validation, "best F1 of each tag", Thresholds::bestF1);
  }

  /**
   * Chooses for each tag the lowest threshold with at least this precision, and so the largest
   * recall. A tag that never reaches it is never predicted, which the selection says; one that no
   * picture has keeps 0.5.
   *
   * @param precision above 0 and up to 1
   * @param validation pictures to choose on, on which figures are "selected on" from then on
   * @throws IllegalArgumentException if the precision is out of range
   */
  public static Thresholds precisionAtLeast(double precision, TagEvaluation validation) {
    requirePrecision(precision);
    return chosen(
        validation,
        String.format(Locale.ROOT, "precision of each tag at least %s", precision),
        scores -> lowest(scores, precision));
  }

  /** Chooses one threshold for all tags, by the F1 of all answers together (micro average). */
  public static Thresholds bestCommonF1(TagEvaluation validation) {
    return common(validation, "best F1 of all tags together", Thresholds::bestF1);
  }

  /**
   * Chooses the lowest threshold for all tags with at least this precision of all answers together.
   *
   * @throws IllegalArgumentException if the precision is out of range
   */
  public static Thresholds commonPrecisionAtLeast(double precision, TagEvaluation validation) {
    requirePrecision(precision);
    return common(
        validation,
        String.format(Locale.ROOT, "precision of all tags together at least %s", precision),
        scores -> lowest(scores, precision));
  }

  private static void requirePrecision(double precision) {
    if (!(precision > 0 && precision <= 1)) {
      throw new IllegalArgumentException(
          "A precision is above 0 and up to 1, not " + precision + ".");
    }
  }

  private static Thresholds chosen(
      TagEvaluation validation, String rule, ToDoubleFunction<RankedScores> threshold) {
    Labels tags = validation.tags();
    List<Float> values = new ArrayList<>();
    List<String> without = new ArrayList<>();
    List<String> never = new ArrayList<>();
    for (int tag = 0; tag < tags.size(); tag++) {
      RankedScores scores = validation.scores(tag);
      float value = scores.positives() == 0 ? 0.5f : (float) threshold.applyAsDouble(scores);
      values.add(value);
      if (scores.positives() == 0) {
        without.add(tags.name(tag));
      } else if (value == NEVER) {
        never.add(tags.name(tag));
      }
    }
    return new Thresholds(
        tags,
        values,
        selection(rule, validation)
            + (never.isEmpty() ? "" : "; never reached, so never predicted: " + never)
            + (without.isEmpty() ? "" : "; in no picture, so 0.5: " + without));
  }

  private static Thresholds common(
      TagEvaluation validation, String rule, ToDoubleFunction<RankedScores> threshold) {
    RankedScores scores = validation.allScores();
    float value = scores.positives() == 0 ? 0.5f : (float) threshold.applyAsDouble(scores);
    return new Thresholds(
        validation.tags(),
        Collections.nCopies(validation.tags().size(), value),
        selection(rule, validation) + (value == NEVER ? "; never reached" : ""));
  }

  private static String selection(String rule, TagEvaluation validation) {
    return rule
        + ", chosen on "
        + Count.of(validation.size(), "picture")
        + " (validation, selected on)";
  }

  private static double bestF1(RankedScores scores) {
    int best = 0;
    double largest = -1;
    for (int i = 0; i < scores.steps().size(); i++) {
      RankedScores.Step step = scores.steps().get(i);
      double f1 =
          2.0
              * step.truePositives()
              / (double) (step.truePositives() + step.falsePositives() + scores.positives());
      if (f1 > largest) {
        largest = f1;
        best = i;
      }
    }
    return between(scores, best);
  }

  private static double lowest(RankedScores scores, double precision) {
    for (int i = scores.steps().size() - 1; i >= 0; i--) {
      RankedScores.Step step = scores.steps().get(i);
      long predicted = step.truePositives() + step.falsePositives();
      if (step.truePositives() > 0
          && (double) step.truePositives() >= precision * (double) predicted) {
        return between(scores, i);
      }
    }
    return NEVER;
  }

  /** In the middle between two scores, a picture does not change sides by rounding. */
  private static double between(RankedScores scores, int step) {
    double at = scores.steps().get(step).threshold();
    double next = step + 1 < scores.steps().size() ? scores.steps().get(step + 1).threshold() : 0;
    double middle = (at + next) / 2;
    return middle > 0 ? middle : Math.max(at, Float.MIN_NORMAL);
  }

  /** Returns whether a probability is enough for a tag. */
  public boolean reached(int tag, float probability) {
    return probability >= values.get(tag);
  }

  /** Returns for example {@code dog 0.413, outdoor 0.600 (standard)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int tag = 0; tag < values.size(); tag++) {
      text.append(tag == 0 ? "" : ", ");
      text.append(String.format(Locale.ROOT, "%s %.3f", tags.name(tag), values.get(tag)));
    }
    return text + " (" + selection + ")";
  }
}
