package org.finetune4j.report;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.finetune4j.evaluate.ClassMetrics;
import org.finetune4j.evaluate.ConfusionMatrix;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.Interval;
import org.finetune4j.evaluate.chart.EvaluationCharts;
import org.finetune4j.html.HtmlPage;

/** Accuracy with its interval, every class, who is taken for whom, and whether confidence is. */
record EvaluationPart(Evaluation evaluation) implements TrainingReport.Part {
  /** More do not fit a table; their chart shows the pairs that are confused most. */
  private static final int MOST_CLASSES = 30;

  private static final String CLASSES =
      "Precision: how many of those it called so are. Recall: how many of those that are it called"
          + " so. F1 is high only where both are. Below, each row is a class, each column what it"
          + " was taken for.";

  private static final String CALIBRATION =
      "How sure it was (confidence), and how often it was right then (accuracy). On the diagonal"
          + " its confidence can be taken at its word; below it, it is surer than it should be. The"
          + " numbers are pictures: few of them say little.";

  @Override
  public void write(HtmlPage page) throws IOException {
    Interval interval = evaluation.accuracyInterval();
    page.section("How good it is");
    page.headline(
        percent(evaluation.accuracy()),
        String.format(
            Locale.ROOT,
            "of %,d pictures right; on more such pictures %s to %s (95 %% interval)",
            evaluation.size(),
            percent(interval.low()),
            percent(interval.high())));
    evaluation.warnings().forEach(page::warning);
    page.table(
        List.of("", "precision", "recall", "F1", "pictures"),
        evaluation.confusionMatrix().classes().stream().map(EvaluationPart::row).toList());
    page.note(CLASSES);
    EvaluationCharts charts = EvaluationCharts.of(evaluation);
    ConfusionMatrix matrix = evaluation.confusionMatrix();
    if (matrix.labels().size() <= MOST_CLASSES) {
      page.matrix(matrix.labels().names(), "is ↓ taken for →", matrix::count);
    } else {
      page.chart("Confusion matrix", charts::confusionMatrix);
    }
    page.chart("Calibration: accuracy by confidence", charts::calibration);
    page.note(CALIBRATION);
  }

  static List<String> row(ClassMetrics metrics) {
    return List.of(
        metrics.name(),
        percent(metrics.precision()),
        percent(metrics.recall()),
        percent(metrics.f1()),
        Long.toString(metrics.support()));
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
