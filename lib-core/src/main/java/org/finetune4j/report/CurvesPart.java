package org.finetune4j.report;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.finetune4j.html.HtmlPage;
import org.finetune4j.train.log.LearningCurves;
import org.finetune4j.train.log.TrainingHistory;

/** Loss and accuracy by epoch. A head that is solved instead of trained has none. */
record CurvesPart(String heading, TrainingHistory history, List<String> warnings)
    implements TrainingReport.Part {
  private static final String READING =
      "Where training goes on getting better and validation does not, the network learns the"
          + " pictures by heart.";

  @Override
  public void write(HtmlPage page) throws IOException {
    page.section(heading);
    warnings.forEach(page::warning);
    if (!history.epochs().isEmpty()) {
      page.paragraph(history + ". The epochs took " + time() + ".");
    }
    if (history.epochs().size() > 1) {
      page.chart("Accuracy by epoch", file -> LearningCurves.accuracy(history, 0, file));
      page.chart("Loss by epoch", file -> LearningCurves.loss(history, 0, file));
      page.note(READING);
    }
  }

  private String time() {
    double seconds =
        history.epochs().stream().mapToDouble(epoch -> epoch.duration().toMillis() / 1e3).sum();
    return seconds < 120
        ? String.format(Locale.ROOT, "%.1f seconds", seconds)
        : String.format(Locale.ROOT, "%.0f minutes", seconds / 60);
  }
}
