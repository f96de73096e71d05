package org.finetune4j.evaluate.chart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.finetune4j.evaluate.TagEvaluation;

/** Draws the curves of an evaluation of tags, as PNG or SVG by the ending of the file's name. */
public final class TagCharts {
  private final TagEvaluation evaluation;

  private TagCharts(TagEvaluation evaluation) {
    this.evaluation = evaluation;
  }

  /** Returns the charts of this evaluation. */
  public static TagCharts of(TagEvaluation evaluation) {
    return new TagCharts(Objects.requireNonNull(evaluation, "evaluation"));
  }

  /**
   * Draws the ROC curve of every tag that has one, with its area in the legend; of more than 20
   * tags, the best and the worst ten.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public void roc(Path file) throws IOException {
    CurveCharts.roc(
        evaluation.tags().names(), evaluation::roc, Objects.requireNonNull(file, "file"));
  }

  /**
   * Draws precision over recall of every tag that some picture has, with the average precision in
   * the legend; of more than 20 tags, the best and the worst ten.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public void precisionRecall(Path file) throws IOException {
    CurveCharts.precisionRecall(
        evaluation.tags().names(),
        evaluation::precisionRecall,
        Objects.requireNonNull(file, "file"));
  }
}
