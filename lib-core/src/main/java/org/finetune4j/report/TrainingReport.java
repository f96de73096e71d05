package org.finetune4j.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.evaluate.TagEvaluation;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.html.HtmlPage;
import org.finetune4j.model.ImageModel;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.train.TrainedNetwork;

/**
 * A training as one HTML page: data and splits, the network, learning curves, what stayed frozen,
 * accuracy with its interval, confusion matrix, calibration, the most confident mistakes as
 * thumbnails, and where the classifier comes from. The file stands alone: it loads nothing, runs no
 * script, and can be mailed. Everything but the title is optional; a part that was not given is
 * left out.
 *
 * <pre>{@code
 * TrainingReport.titled("Cats vs dogs")
 *     .data(split)
 *     .training(tuned)
 *     .classifier(classifier)
 *     .evaluation(classifier.evaluate(split.test()), split.test())
 *     .save(Path.of("report.html"));
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class TrainingReport {
  private static final int MISTAKES = 24;

  private static final String SELECTION =
      "The head is the small part that learned. A figure by which something was chosen"
          + " (\"selected on\") flatters a little.";

  private final String title;
  private final List<Part> data = new ArrayList<>();
  private final List<Part> training = new ArrayList<>();
  private final List<Part> results = new ArrayList<>();
  private final List<Part> network = new ArrayList<>();
  private ImageDecoder decoder = ImageDecoder.standard();

  /** Writes itself onto the page. */
  @FunctionalInterface
  interface Part {
    void write(HtmlPage page) throws IOException;
  }

  private TrainingReport(String title) {
    this.title = title;
  }

  /** Starts a report without parts. */
  public static TrainingReport titled(String title) {
    return new TrainingReport(Objects.requireNonNull(title, "title"));
  }

  /** Adds the pictures: counts of each class in each part, what was left out, what is odd. */
  public TrainingReport data(DatasetSplit split) {
    data.add(new DataPart(Objects.requireNonNull(split, "split")));
    return this;
  }

  /**
   * Adds how a network learned: curves of loss and accuracy, warnings, and, of a {@link
   * FineTuneResult}, the proof of what stayed frozen.
   */
  public TrainingReport training(TrainedNetwork result) {
    Objects.requireNonNull(result, "result");
    training.add(new CurvesPart("How it learned", result.history(), result.warnings()));
    if (result instanceof FineTuneResult tuned) {
      training.add(page -> page.paragraph(tuned.freezeReport() + "."));
    }
    return this;
  }

  /** Adds how a head learned: its curves, or how its penalty was chosen. */
  public TrainingReport training(TrainedHead head) {
    Objects.requireNonNull(head, "head");
    training.add(new CurvesPart("The head", head.history(), head.warnings()));
    training.add(page -> head.selection().ifPresent(it -> page.paragraph(it).note(SELECTION)));
    return this;
  }

  /** Adds the layers and the provenance of a classifier, tagger or regressor, which stays open. */
  public TrainingReport classifier(ImageModel<?, ?> classifier) {
    network.add(new NetworkPart(Objects.requireNonNull(classifier, "classifier")));
    return this;
  }

  /**
   * Adds how good the classifier is.
   *
   * @param evaluation on pictures that nothing was chosen on, or say so in the title
   * @param pictures those pictures in the same order, for the thumbnails of mistakes
   * @throws IllegalArgumentException if there are more or fewer pictures than were evaluated
   */
  public TrainingReport evaluation(Evaluation evaluation, ImageDataset pictures) {
    requireSame(evaluation.size(), pictures);
    results.add(new EvaluationPart(evaluation));
    results.add(page -> MistakesPart.write(page, evaluation, pictures, decoder, MISTAKES));
    return this;
  }

  /**
   * Adds how well the tags are found.
   *
   * @param evaluation on pictures that nothing was chosen on, or say so in the title
   * @param pictures those pictures in the same order, for the thumbnails of mistakes
   * @throws IllegalArgumentException if there are more or fewer pictures than were evaluated
   */
  public TrainingReport evaluation(TagEvaluation evaluation, ImageDataset pictures) {
    requireSame(evaluation.size(), pictures);
    TagsPart part = new TagsPart(evaluation, pictures);
    results.add(part::quality);
    results.add(page -> part.mistakes(page, decoder, MISTAKES));
    return this;
  }

  /**
   * Adds how near the numbers are to the truth.
   *
   * @param evaluation on pictures that nothing was chosen on, or say so in the title
   * @param pictures those pictures in the same order, for the thumbnails of the farthest
   * @throws IllegalArgumentException if there are more or fewer pictures than were evaluated
   */
  public TrainingReport evaluation(RegressionEvaluation evaluation, ImageDataset pictures) {
    requireSame(evaluation.size(), pictures);
    NumbersPart part = new NumbersPart(evaluation, pictures);
    results.add(part::quality);
    results.add(page -> part.mistakes(page, decoder, MISTAKES));
    return this;
  }

  private static void requireSame(int evaluated, ImageDataset pictures) {
    if (pictures.size() != evaluated) {
      throw new IllegalArgumentException(
          "The evaluation is of "
              + evaluated
              + " pictures, but "
              + pictures.size()
              + " are given. Give the data set that was evaluated.");
    }
  }

  /** Replaces the decoder of thumbnails, {@link ImageDecoder#standard()} by default. */
  public TrainingReport decoder(ImageDecoder replacement) {
    this.decoder = Objects.requireNonNull(replacement, "replacement");
    return this;
  }

  /**
   * Writes the page.
   *
   * @param file replaced if it exists
   * @throws IOException if it cannot be written; nothing half-written stays
   */
  public void save(Path file) throws IOException {
    page().save(file);
  }

  /**
   * Returns the page as text.
   *
   * @throws IOException if a chart cannot be drawn into a temporary file
   */
  public String toHtml() throws IOException {
    return page().toString();
  }

  private HtmlPage page() throws IOException {
    HtmlPage page = new HtmlPage(title);
    for (List<Part> parts : List.of(results, data, training, network)) {
      for (Part part : parts) {
        part.write(page);
      }
    }
    return page;
  }
}
