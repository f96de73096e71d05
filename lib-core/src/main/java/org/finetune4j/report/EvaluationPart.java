package org.finetune4j.report;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.finetune4j.evaluate.ClassMetrics;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.Interval;
import org.finetune4j.evaluate.chart.EvaluationCharts;
import org.finetune4j.html.HtmlPage;

/** Accuracy with its interval, every class, who is taken for whom, and whether confidence is. */
record EvaluationPart(Evaluation evaluation) implements TrainingReport.Part {
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
    EvaluationCharts charts = EvaluationCharts.of(evaluation);
    page.chart("Confusion matrix", charts::confusionMatrix);
    page.chart("Calibration: accuracy by confidence", charts::calibration);
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
