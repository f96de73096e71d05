package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.report.TrainingReport;
import org.finetune4j.train.TrainedNetwork;

/**
 * The page that each training of the examples leaves: what it learned from, how, and how well on
 * the photos to test with, or on those to choose with where nothing is tested.
 */
final class Report {
  private Report() {}

  /**
   * Writes the page of a training.
   *
   * @param evaluation of the classifier on {@code split.test()}, or on {@code split.validation()}
   *     if there are no photos to test with
   */
  static void write(
      Path file,
      String title,
      DatasetSplit split,
      TrainedNetwork trained,
      ImageClassifier classifier,
      Evaluation evaluation)
      throws IOException {
    save(
        TrainingReport.titled(title).data(split).training(trained).classifier(classifier),
        split,
        evaluation,
        file);
  }

  /** Returns a title as the name of a file, without its ending. */
  static String fileName(String title) {
    return title.replaceAll("\\W+", "-").toLowerCase(Locale.ROOT);
  }

  /** Writes the page of a head. */
  static void write(
      Path file,
      String title,
      DatasetSplit split,
      TrainedHead head,
      FeatureExtractor extractor,
      Evaluation evaluation)
      throws IOException {
    try (ImageClassifier classifier = head.classifier(extractor)) {
      save(
          TrainingReport.titled(title).data(split).training(head).classifier(classifier),
          split,
          evaluation,
          file);
    }
  }

  private static void save(
      TrainingReport report, DatasetSplit split, Evaluation evaluation, Path file)
      throws IOException {
    ImageDataset asked = split.test().size() == 0 ? split.validation() : split.test();
    report.evaluation(evaluation, asked).save(file);
    System.out.println("How it learned and where it errs: " + file);
  }
}
