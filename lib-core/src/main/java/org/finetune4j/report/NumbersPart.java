package org.finetune4j.report;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.evaluate.RegressionMetrics;
import org.finetune4j.evaluate.chart.RegressionCharts;
import org.finetune4j.html.HtmlPage;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Quantity;

/** How near numbers are to the true ones, and the pictures whose numbers are farthest away. */
record NumbersPart(RegressionEvaluation evaluation, ImageDataset pictures) {
  void quality(HtmlPage page) throws IOException {
    page.section("How good it is");
    for (RegressionMetrics metrics : evaluation.metrics()) {
      page.headline(
          metrics.quantity().format(metrics.meanAbsoluteError()),
          String.format(
              Locale.ROOT,
              "is the mean distance of %s from the truth, on %,d pictures",
              metrics.quantity().name(),
              evaluation.size()));
    }
    evaluation.warnings().forEach(page::warning);
    page.table(
        List.of("", "mean distance", "root mean square", "median distance", "bias", "R2"),
        evaluation.metrics().stream().map(NumbersPart::row).toList());
    RegressionCharts charts = RegressionCharts.of(evaluation);
    for (Quantity quantity : evaluation.quantities()) {
      page.chart(
          "Predicted against true: " + quantity,
          file -> charts.predictedAgainstTrue(quantity.name(), file));
      page.chart("Errors: " + quantity, file -> charts.residuals(quantity.name(), file));
    }
  }

  private static List<String> row(RegressionMetrics metrics) {
    Quantity quantity = metrics.quantity();
    return List.of(
        quantity.name(),
        quantity.format(metrics.meanAbsoluteError()),
        quantity.format(metrics.rootMeanSquaredError()),
        quantity.format(metrics.medianAbsoluteError()),
        quantity.format(metrics.meanError()),
        String.format(Locale.ROOT, "%.3f", metrics.r2()));
  }

  void mistakes(HtmlPage page, ImageDecoder decoder, int most) throws IOException {
    for (int column = 0; column < evaluation.quantities().size(); column++) {
      Quantity quantity = evaluation.quantities().get(column);
      page.section("Farthest from the truth: " + quantity);
      double[] right = evaluation.truth().column(column);
      WrongPictures wrong = new WrongPictures(pictures, decoder);
      for (int index : evaluation.worst(quantity.name(), most)) {
        wrong.add(
            index,
            quantity.format(evaluation.prediction(index)[column]),
            "is " + quantity.format(right[index]));
      }
      wrong.write(page);
    }
  }
}
