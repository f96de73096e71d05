package org.finetune4j.examples;

import java.util.Locale;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.Interval;

/** How the examples print an accuracy. */
final class Percent {
  private Percent() {}

  /** Returns for example {@code 98.80 % (97.91 to 99.31)}: accuracy and its 95 % interval. */
  static String of(Evaluation evaluation) {
    Interval interval = evaluation.accuracyInterval();
    return String.format(
        Locale.ROOT,
        "%.2f %% (%.2f to %.2f)",
        100 * evaluation.accuracy(),
        100 * interval.low(),
        100 * interval.high());
  }
}
