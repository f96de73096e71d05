package org.finetune4j.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.ClassMetrics;
import org.finetune4j.evaluate.TagEvaluation;
import org.finetune4j.evaluate.TagEvaluation.TagMistake;
import org.finetune4j.evaluate.chart.TagCharts;
import org.finetune4j.html.HtmlPage;
import org.finetune4j.picture.ImageDecoder;

/** How well tags are found, every tag, and those that were missed or invented most confidently. */
record TagsPart(TagEvaluation evaluation, ImageDataset pictures) {
  void quality(HtmlPage page) throws IOException {
    page.section("How good it is");
    page.headline(
        EvaluationPart.percent(evaluation.subsetAccuracy()),
        String.format(
            Locale.ROOT,
            "of %,d pictures have exactly their tags; of single answers %s are right, and the mean"
                + " average precision is %.3f",
            evaluation.size(),
            EvaluationPart.percent(1 - evaluation.hammingLoss()),
            evaluation.meanAveragePrecision()));
    evaluation.warnings().forEach(page::warning);
    page.table(
        List.of("", "precision", "recall", "F1", "average precision", "pictures"),
        evaluation.metrics().stream().map(this::row).toList());
    page.chart("Precision over recall", TagCharts.of(evaluation)::precisionRecall);
  }

  private List<String> row(ClassMetrics metrics) {
    OptionalDouble average = evaluation.averagePrecision(metrics.name());
    List<String> row = new ArrayList<>(EvaluationPart.row(metrics));
    row.add(
        row.size() - 1,
        average.isPresent() ? String.format(Locale.ROOT, "%.3f", average.getAsDouble()) : "-");
    return row;
  }

  void mistakes(HtmlPage page, ImageDecoder decoder, int most) throws IOException {
    page.section("The most confident mistakes");
    WrongPictures wrong = new WrongPictures(pictures, decoder);
    for (TagMistake mistake : evaluation.mistakes(most)) {
      wrong.add(
          mistake.index(),
          String.format(
              Locale.ROOT,
              "%s %s, %.1f %%",
              mistake.missed() ? "missed" : "invented",
              evaluation.tags().name(mistake.tag()),
              100 * mistake.probability()),
          "has " + evaluation.truth().task().describe(evaluation.truth().get(mistake.index())));
    }
    wrong.write(page);
  }
}
