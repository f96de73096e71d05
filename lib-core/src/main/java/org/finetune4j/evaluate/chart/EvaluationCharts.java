package org.finetune4j.evaluate.chart;

import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.finetune4j.evaluate.Calibration;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.files.ChartFile;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;

/**
 * Draws an evaluation: curves, calibration and the confusion matrix, as PNG or SVG by the ending of
 * the file's name.
 */
public final class EvaluationCharts {
  private final Evaluation evaluation;

  private EvaluationCharts(Evaluation evaluation) {
    this.evaluation = evaluation;
  }

  /** Returns the charts of this evaluation. */
  public static EvaluationCharts of(Evaluation evaluation) {
    return new EvaluationCharts(Objects.requireNonNull(evaluation, "evaluation"));
  }

  /**
   * Draws the ROC curve of every class that has one, with its area in the legend; of more than 20
   * classes, the best and the worst ten.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public void roc(Path file) throws IOException {
    CurveCharts.roc(
        evaluation.labels().names(), evaluation::roc, Objects.requireNonNull(file, "file"));
  }

  /**
   * Draws precision over recall of every class that has pictures, with the average precision in the
   * legend; of more than 20 classes, the best and the worst ten.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public void precisionRecall(Path file) throws IOException {
    CurveCharts.precisionRecall(
        evaluation.labels().names(),
        evaluation::precisionRecall,
        Objects.requireNonNull(file, "file"));
  }

  /**
   * Draws accuracy over confidence, with the number of pictures at each point; honest confidence
   * lies on the diagonal.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public void calibration(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    Calibration calibration = evaluation.calibration();
    List<Double> confidence = new ArrayList<>();
    List<Double> accuracy = new ArrayList<>();
    for (Calibration.Bin bin : calibration.bins()) {
      if (bin.count() > 0) {
        confidence.add(bin.confidence());
        accuracy.add(bin.accuracy());
      }
    }
    XYChart chart = CurveCharts.unitSquare("Calibration", "Confidence", "Accuracy");
    chart.addSeries(
        String.format(Locale.ROOT, "error %.4f", calibration.expectedError()),
        confidence,
        accuracy);
    FreePlace places = new FreePlace(lines(confidence, accuracy));
    for (Calibration.Bin bin : calibration.bins()) {
      if (bin.count() > 0) {
        String count = Long.toString(bin.count());
        Point2D free = places.beside(bin.confidence(), bin.accuracy(), count);
        chart.addAnnotation(new AnnotationText(count, free.getX(), free.getY(), false));
      }
    }
    CurveCharts.addDiagonal(chart, "honest");
    ChartFile.keepTicksRound(chart, 1 / Math.PI, 1 / Math.PI);
    ChartFile.write(chart, file);
  }

  /** The line from point to point, and the diagonal. */
  private static List<Line2D> lines(List<Double> x, List<Double> y) {
    List<Line2D> lines = new ArrayList<>();
    lines.add(new Line2D.Double(0, 0, 1, 1));
    for (int i = 1; i < x.size(); i++) {
      lines.add(new Line2D.Double(x.get(i - 1), y.get(i - 1), x.get(i), y.get(i)));
    }
    return lines;
  }

  /**
   * Draws the confusion matrix as cells with counts and shares of the row, colored from none to all
   * of the class: the truth from top to bottom, the prediction from left to right. Of more than 30
   * classes, the 25 pairs that are confused most, as bars.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public void confusionMatrix(Path file) throws IOException {
    new ConfusionPicture(evaluation.confusionMatrix()).write(Objects.requireNonNull(file, "file"));
  }
}
