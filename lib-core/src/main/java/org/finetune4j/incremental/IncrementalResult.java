package org.finetune4j.incremental;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.target.Labels;
import org.finetune4j.text.Count;

/**
 * What going on from a saved classifier brought, and what it cost. Immutable and thread-safe; only
 * the classifier holds native memory.
 */
public final class IncrementalResult {
  private final ImageClassifier classifier;
  private final TrainedHead head;
  private final Labels known;
  private final int replayed;
  private final int learned;
  private final Optional<Evaluation> before;
  private final Optional<Evaluation> after;
  private final Optional<Evaluation> all;
  private final List<String> warnings;

  IncrementalResult(
      ImageClassifier classifier,
      TrainedHead head,
      Labels known,
      int replayed,
      int learned,
      Optional<Evaluation> before,
      Optional<Evaluation> after,
      Optional<Evaluation> all,
      List<String> warnings) {
    this.classifier = classifier;
    this.head = head;
    this.known = known;
    this.replayed = replayed;
    this.learned = learned;
    this.before = before;
    this.after = after;
    this.all = all;
    this.warnings = List.copyOf(warnings);
  }

  /** Returns the classifier that knows more; the caller closes it. */
  public ImageClassifier classifier() {
    return classifier;
  }

  /** Returns its head. */
  public TrainedHead head() {
    return head;
  }

  /** Returns what the saved classifier says of the held-out pictures of its classes, if any. */
  public Optional<Evaluation> before() {
    return before;
  }

  /**
   * Returns what the new one says of the same pictures, if any; it can take them for new classes.
   */
  public Optional<Evaluation> after() {
    return after;
  }

  /** Returns what the new one says of all held-out pictures, if any. */
  public Optional<Evaluation> all() {
    return all;
  }

  /**
   * Returns how much accuracy on the held-out pictures of known classes fell, from -1 to 1;
   * negative if it rose, empty if there are none.
   */
  public Optional<Double> forgotten() {
    return before.flatMap(was -> after.map(is -> was.accuracy() - is.accuracy()));
  }

  /** Returns what is odd; empty if nothing is. Logged as well. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Returns for example {@code 3 classes, 1 of them new; learned from 100 new pictures and 2000 old
   * ones; 500 held-out pictures of known classes: 97.20 % right before, 96.80 % after (0.40 points
   * forgotten); all 560 held out: 96.43 % right}, and the warnings.
   */
  @Override
  public String toString() {
    int classes = head.labels().size();
    StringBuilder text = new StringBuilder();
    text.append(Count.of(classes, "class"))
        .append(", ")
        .append(classes - known.size())
        .append(" of them new");
    text.append("; learned from ").append(Count.of(learned, "new picture")).append(" and ");
    text.append(
        replayed == 0
            ? "no old ones, known classes kept as they were"
            : Count.of(replayed, "old one"));
    if (before.isPresent() && after.isPresent()) {
      text.append("; ").append(Count.of(before.get().size(), "held-out picture"));
      text.append(" of known classes: ");
      text.append(percent(before.get().accuracy())).append(" % right before, ");
      text.append(percent(after.get().accuracy())).append(" % after (");
      text.append(percent(forgotten().orElseThrow())).append(" points forgotten)");
    }
    all.ifPresent(
        it ->
            text.append("; all ")
                .append(it.size())
                .append(" held out: ")
                .append(percent(it.accuracy()))
                .append(" % right"));
    if (!warnings.isEmpty()) {
      text.append("; warning: ").append(String.join("; ", warnings));
    }
    return text.toString();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }
}
