package org.finetune4j.evaluate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Target;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.text.PrettyJson;

/**
 * How well tags are found, from true tags and predicted probabilities. Average precision and curves
 * look at every threshold; precision, recall, F1, Hamming loss and subset accuracy at the {@link
 * #thresholds}. All as scikit-learn computes them, with 0 where a denominator is 0. Immutable, safe
 * to share between threads.
 */
public final class TagEvaluation {
  private final Labels tags;
  private final Targets truth;
  private final float[][] probabilities;
  private final Thresholds thresholds;
  private final List<String> warnings;

  private TagEvaluation(
      Targets truth, float[][] probabilities, Thresholds thresholds, List<String> warnings) {
    this.warnings = List.copyOf(warnings);
    this.tags = truth.task().labels();
    this.truth = truth;
    this.probabilities = probabilities;
    this.thresholds = thresholds;
  }

  /**
   * Evaluates.
   *
   * @param truth the tags of every picture; at least one picture
   * @param probabilities for every picture one value per tag, 0 to 1
   * @param thresholds from which probability on a picture has a tag
   * @throws IllegalArgumentException if there is no picture, the answers are no tags, the shapes do
   *     not fit, or a value is out of range; the message names the picture
   */
  public static TagEvaluation of(Targets truth, float[][] probabilities, Thresholds thresholds) {
    Objects.requireNonNull(probabilities, "probabilities");
    Objects.requireNonNull(thresholds, "thresholds");
    if (!(truth.task() instanceof Task.Tags)) {
      throw new IllegalArgumentException(
          "Tags are evaluated here, but the pictures have " + truth.task() + ".");
    }
    if (truth.size() == 0 || truth.size() != probabilities.length) {
      throw new IllegalArgumentException(
          "An evaluation needs at least one picture and as many rows of probabilities, but has "
              + truth.size()
              + " pictures and "
              + probabilities.length
              + " rows.");
    }
    if (!thresholds.tags().equals(truth.task().labels())) {
      throw new IllegalArgumentException(
          "The thresholds belong to the tags "
              + thresholds.tags()
              + ", but the pictures have "
              + truth.task().labels()
              + ".");
    }
    float[][] rows = new float[probabilities.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = probabilities[i].clone();
      check(i, rows[i], truth.task().outputs());
    }
    return new TagEvaluation(truth, rows, thresholds, List.of());
  }

  private static void check(int picture, float[] row, int tags) {
    if (row.length != tags) {
      throw new IllegalArgumentException(
          "Picture "
              + picture
              + " has "
              + row.length
              + " probabilities, but there are "
              + tags
              + " tags.");
    }
    for (float p : row) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException(
            "Probabilities must be 0 to 1, but picture " + picture + " has " + p + ".");
      }
    }
  }

  /** Returns the same figures with something to know about the pictures. */
  public TagEvaluation withWarnings(List<String> about) {
    return new TagEvaluation(truth, probabilities, thresholds, about);
  }

  /**
   * Returns what has to be known about the pictures, for example that they are those it was trained
   * on; empty if nothing has. It also stands in {@link #toString}.
   */
  public List<String> warnings() {
    return warnings;
  }

  /** Returns the tags. */
  public Labels tags() {
    return tags;
  }

  /** Returns the number of pictures. */
  public int size() {
    return truth.size();
  }

  /** Returns the true tags of all pictures. */
  public Targets truth() {
    return truth;
  }

  /** Returns a copy of the probabilities of a picture, one per tag. */
  public float[] probabilities(int picture) {
    return probabilities[picture].clone();
  }

  /** Returns from which probability on a picture has a tag. */
  public Thresholds thresholds() {
    return thresholds;
  }

  /**
   * Returns the same pictures and probabilities at other thresholds.
   *
   * @throws IllegalArgumentException if they belong to other tags
   */
  public TagEvaluation at(Thresholds others) {
    return of(truth, probabilities, others).withWarnings(warnings);
  }

  private boolean has(int picture, int tag) {
    return ((Target.Tags) truth.get(picture)).indices().contains(tag);
  }

  private boolean predicted(int picture, int tag) {
    return thresholds.reached(tag, probabilities[picture][tag]);
  }

  /** Returns precision, recall and F1 of every tag; the support is the pictures that have it. */
  public List<ClassMetrics> metrics() {
    List<ClassMetrics> metrics = new ArrayList<>();
    for (int tag = 0; tag < tags.size(); tag++) {
      metrics.add(metrics(tags.name(tag), tag, tag + 1));
    }
    return metrics;
  }

  private ClassMetrics metrics(String name, int firstTag, int endTag) {
    long hits = 0;
    long predicted = 0;
    long support = 0;
    for (int i = 0; i < size(); i++) {
      for (int tag = firstTag; tag < endTag; tag++) {
        hits += has(i, tag) && predicted(i, tag) ? 1 : 0;
        predicted += predicted(i, tag) ? 1 : 0;
        support += has(i, tag) ? 1 : 0;
      }
    }
    return ClassMetrics.of(name, hits, predicted, support);
  }

  /** Returns precision, recall and F1 of all answers together: each counts the same. */
  public ClassMetrics microAverage() {
    return metrics("micro average", 0, tags.size());
  }

  /** Returns the plain mean over the tags: each tag counts the same. */
  public ClassMetrics macroAverage() {
    return ClassMetrics.average("macro average", metrics(), metrics -> 1);
  }

  /** Returns the mean over the tags, weighted by the pictures that have them. */
  public ClassMetrics weightedAverage() {
    return ClassMetrics.average("weighted average", metrics(), ClassMetrics::support);
  }

  /** Returns the share of answers (one per picture and tag) that are wrong, 0 to 1. */
  public double hammingLoss() {
    long wrong = 0;
    for (int i = 0; i < size(); i++) {
      wrong += wrong(i);
    }
    return (double) wrong / size() / tags.size();
  }

  private int wrong(int picture) {
    int wrong = 0;
    for (int tag = 0; tag < tags.size(); tag++) {
      wrong += has(picture, tag) == predicted(picture, tag) ? 0 : 1;
    }
    return wrong;
  }

  /** Returns the share of pictures of which all tags are right, 0 to 1. */
  public double subsetAccuracy() {
    int right = 0;
    for (int i = 0; i < size(); i++) {
      right += wrong(i) == 0 ? 1 : 0;
    }
    return (double) right / size();
  }

  /**
   * Returns the average precision of a tag; empty if no picture has it.
   *
   * @throws IllegalArgumentException if there is no such tag
   */
  public OptionalDouble averagePrecision(String tag) {
    return precisionRecall(tag).stream().mapToDouble(Curve::area).findFirst();
  }

  /** Returns the mean of the average precisions of the tags that some picture has; 0 if none is. */
  public double meanAveragePrecision() {
    return tags.names().stream()
        .flatMapToDouble(tag -> averagePrecision(tag).stream())
        .average()
        .orElse(0);
  }

  /**
   * Returns the receiver operating characteristic of a tag; empty if all pictures have it, or none.
   *
   * @throws IllegalArgumentException if there is no such tag
   */
  public Optional<Curve> roc(String tag) {
    return Curve.roc(scores(tags.indexOf(tag)));
  }

  /**
   * Returns precision and recall of a tag at every threshold; empty if no picture has it.
   *
   * @throws IllegalArgumentException if there is no such tag
   */
  public Optional<Curve> precisionRecall(String tag) {
    return Curve.precisionRecall(scores(tags.indexOf(tag)));
  }

  RankedScores scores(int tag) {
    float[] scores = new float[size()];
    boolean[] positive = new boolean[size()];
    for (int i = 0; i < size(); i++) {
      scores[i] = probabilities[i][tag];
      positive[i] = has(i, tag);
    }
    return RankedScores.of(scores, positive);
  }

  /** Returns the scores of all tags as if they were one. */
  RankedScores allScores() {
    float[] scores = new float[size() * tags.size()];
    boolean[] positive = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = probabilities[i / tags.size()][i % tags.size()];
      positive[i] = has(i / tags.size(), i % tags.size());
    }
    return RankedScores.of(scores, positive);
  }

  /**
   * A tag of a picture that was missed or invented.
   *
   * @param index the picture's place among the evaluated ones
   * @param tag index of the tag
   * @param missed whether the picture has the tag and it was not predicted, or the other way round
   * @param probability what was predicted for the tag, 0 to 1
   */
  public record TagMistake(int index, int tag, boolean missed, float probability) {
    /** Returns how far on the wrong side the probability is, 0 to 1. */
    float distance() {
      return missed ? 1 - probability : probability;
    }
  }

  /**
   * Returns the wrong answers that were most confident, the worst first.
   *
   * @param most at most so many
   */
  public List<TagMistake> mistakes(int most) {
    List<TagMistake> mistakes = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      for (int tag = 0; tag < tags.size(); tag++) {
        if (has(i, tag) != predicted(i, tag)) {
          mistakes.add(new TagMistake(i, tag, has(i, tag), probabilities[i][tag]));
        }
      }
    }
    mistakes.sort(Comparator.comparing(TagMistake::distance).reversed());
    return List.copyOf(mistakes.subList(0, Math.min(most, mistakes.size())));
  }

  /**
   * Returns the most confident mistakes as pictures, the worst first; empty if there is none.
   *
   * @param dataset the evaluated pictures, in the same order
   * @param decoder decodes them
   * @param most at most so many
   * @throws IOException if a picture cannot be decoded
   * @throws IllegalArgumentException if the dataset has another size or other tags
   */
  public Optional<ContactSheet> mistakeSheet(ImageDataset dataset, ImageDecoder decoder, int most)
      throws IOException {
    EvaluatedPictures.requireSame(truth, dataset);
    List<TagMistake> mistakes = mistakes(most);
    if (mistakes.isEmpty()) {
      return Optional.empty();
    }
    ContactSheet.Builder sheet = ContactSheet.builder().title("Most confident mistakes");
    for (TagMistake mistake : mistakes) {
      sheet.add(
          dataset.get(mistake.index()).decode(decoder),
          String.format(
              Locale.ROOT,
              "%s %s %.1f %%",
              mistake.missed() ? "missed" : "invented",
              tags.name(mistake.tag()),
              100 * mistake.probability()),
          "has " + truth.task().describe(truth.get(mistake.index())));
    }
    return Optional.of(sheet.build());
  }

  /** Returns the figures as Markdown. */
  public String toMarkdown() {
    return TagReport.markdown(this);
  }

  /** Returns the figures as JSON text; {@code docs/targets.md} describes the fields. */
  public String toJson() {
    return PrettyJson.text(TagReport.json(this));
  }

  /** Returns the figures as text: means, thresholds, a table of tags. */
  @Override
  public String toString() {
    return TagReport.plain(this);
  }
}
