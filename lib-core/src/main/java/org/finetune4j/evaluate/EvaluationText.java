package org.finetune4j.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.finetune4j.text.TextTable;

/** An evaluation as text for people. */
final class EvaluationText {
  /** A wider matrix fits no screen. */
  private static final int MATRIX_CLASSES = 20;

  private static final int TOP_K = 5;

  private EvaluationText() {}

  static String plain(Evaluation evaluation) {
    StringBuilder text = new StringBuilder(summary(evaluation)).append('\n').append('\n');
    text.append(classTable(evaluation.confusionMatrix()));
    if (showsMatrix(evaluation)) {
      text.append('\n').append(evaluation.confusionMatrix().table());
    }
    return text.toString();
  }

  static String markdown(Evaluation evaluation) {
    StringBuilder text = new StringBuilder(summary(evaluation)).append('\n').append('\n');
    text.append(classTable(evaluation.confusionMatrix()).toMarkdown());
    if (showsMatrix(evaluation)) {
      text.append('\n').append(evaluation.confusionMatrix().toMarkdown());
    }
    return text.toString();
  }

  private static boolean showsMatrix(Evaluation evaluation) {
    return evaluation.labels().size() <= MATRIX_CLASSES;
  }

  private static String summary(Evaluation evaluation) {
    List<String> parts = new ArrayList<>();
    parts.add(
        String.format(
            Locale.ROOT,
            "Accuracy %.1f %% (95 %% interval %s; %d of %d)",
            100 * evaluation.accuracy(),
            evaluation.accuracyInterval(),
            evaluation.confusionMatrix().correct(),
            evaluation.size()));
    if (evaluation.labels().size() > TOP_K) {
      parts.add(String.format(Locale.ROOT, "top-%d %.1f %%", TOP_K, 100 * evaluation.topK(TOP_K)));
    }
    parts.add(String.format(Locale.ROOT, "log loss %.4f", evaluation.logLoss()));
    parts.add(
        String.format(
            Locale.ROOT, "calibration error %.4f", evaluation.calibration().expectedError()));
    evaluation.warnings().forEach(warning -> parts.add("\nWarning: " + warning));
    return String.join(", ", parts).replace(", \n", "\n");
  }

  private static TextTable classTable(ConfusionMatrix matrix) {
    TextTable table = new TextTable(List.of("class", "precision", "recall", "F1", "pictures"));
    matrix.classes().forEach(metrics -> table.add(row(metrics)));
    table.add(row(matrix.macroAverage()));
    table.add(row(matrix.weightedAverage()));
    return table;
  }

  private static List<String> row(ClassMetrics metrics) {
    return List.of(
        metrics.name(),
        decimals(metrics.precision()),
        decimals(metrics.recall()),
        decimals(metrics.f1()),
        Long.toString(metrics.support()));
  }

  private static String decimals(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
