package org.finetune4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.chart.EvaluationCharts;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.SimilarityIndex;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.TinyClassifier;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.log.EpochResult;
import org.finetune4j.train.log.LearningCurves;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.train.log.TrainingListener;

/** A program that writes one file of each kind; arguments: the folder, the language. */
final class DataFiles {
  private DataFiles() {}

  /** Writes them. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Locale.setDefault(Locale.forLanguageTag(arguments[1]));
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      classifier.save(folder.resolve("classifier.zip"));
      Evaluation evaluation = classifier.evaluate(Stripes.of(40, 2));
      Files.writeString(folder.resolve("evaluation.txt"), evaluation.toString());
      Files.writeString(folder.resolve("evaluation.md"), evaluation.toMarkdown());
      Files.writeString(folder.resolve("evaluation.json"), evaluation.toJson());
      EvaluationCharts charts = EvaluationCharts.of(evaluation);
      charts.roc(folder.resolve("roc.svg"));
      charts.confusionMatrix(folder.resolve("confusion.svg"));
      charts.calibration(folder.resolve("calibration.svg"));
    }
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      Files.writeString(folder.resolve("summary.txt"), backbone.summary());
      backbone.figure(folder.resolve("figure.svg"));
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      SimilarityIndex.of(List.of("a", "b", "\u00e9", "d"), extractor.extract(Stripes.of(4, 1)))
          .save(folder.resolve("index"));
    }
    EpochResult epoch =
        new EpochResult(
            1,
            1,
            1e-5,
            1234.5,
            0.75,
            OptionalDouble.of(0.5),
            OptionalDouble.empty(),
            Duration.ofMillis(1234));
    for (TrainingListener log :
        List.of(
            TrainingListener.csv(folder.resolve("log.csv")),
            TrainingListener.jsonLines(folder.resolve("log.jsonl")))) {
      log.epochFinished(epoch);
    }
    LearningCurves.loss(new TrainingHistory(List.of(epoch)), 0, folder.resolve("curves.svg"));
  }
}
