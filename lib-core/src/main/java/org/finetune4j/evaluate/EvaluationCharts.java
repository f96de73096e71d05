package org.finetune4j.evaluate;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.finetune4j.data.Labels;
import org.finetune4j.files.ChartFile;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws an evaluation: curves, calibration and the confusion matrix, as PNG or SVG by the ending of
 * the file's name.
 */
public final class EvaluationCharts {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;

  /** Light enough for black figures on it. */
  private static final Color[] FEW_TO_MANY = {Color.WHITE, new Color(107, 174, 214)};

  private final Evaluation evaluation;

  private EvaluationCharts(Evaluation evaluation) {
    this.evaluation = evaluation;
  }

  /** Returns the charts of this evaluation. */
  public static EvaluationCharts of(Evaluation evaluation) {
    return new EvaluationCharts(evaluation);
  }

  /**
   * Draws the ROC curve of every class that has one, with its area in the legend.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public void roc(Path file) throws IOException {
    XYChart chart = unitSquare("ROC", "False positive rate", "True positive rate");
    addCurves(chart, evaluation::roc);
    addDiagonal(chart, "chance");
    keepTicksAtTenths(chart);
    ChartFile.write(chart, file);
  }

  /**
   * Draws precision over recall of every class that has pictures, with the average precision in the
   * legend.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public void precisionRecall(Path file) throws IOException {
    XYChart chart = unitSquare("Precision and recall", "Recall", "Precision");
    addCurves(chart, evaluation::precisionRecall);
    keepTicksAtTenths(chart);
    ChartFile.write(chart, file);
  }

  /**
   * Draws accuracy over confidence; honest confidence lies on the diagonal.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public void calibration(Path file) throws IOException {
    Calibration calibration = evaluation.calibration();
    List<Double> confidence = new ArrayList<>();
    List<Double> accuracy = new ArrayList<>();
    for (Calibration.Bin bin : calibration.bins()) {
      if (bin.count() > 0) {
        confidence.add(bin.confidence());
        accuracy.add(bin.accuracy());
      }
    }
    XYChart chart = unitSquare("Calibration", "Confidence", "Accuracy");
    chart.addSeries(
        String.format(Locale.ROOT, "error %.4f", calibration.expectedError()),
        confidence,
        accuracy);
    addDiagonal(chart, "honest");
    keepTicksAtTenths(chart);
    ChartFile.write(chart, file);
  }

  /**
   * Draws the confusion matrix as colored cells: the truth from top to bottom, the prediction from
   * left to right.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public void confusionMatrix(Path file) throws IOException {
    Labels labels = evaluation.labels();
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Confusion matrix")
            .xAxisTitle("Predicted")
            .yAxisTitle("Truth")
            .build();
    chart.getStyler().setShowValue(labels.size() <= 20);
    chart.getStyler().setRangeColors(FEW_TO_MANY);
    chart.getStyler().setLegendVisible(false);
    chart
        .getStyler()
        .setHeatMapDecimalValueFormatter(count -> String.format(Locale.ROOT, "%.0f", count));
    List<Number[]> cells = new ArrayList<>();
    for (int predicted = 0; predicted < labels.size(); predicted++) {
      for (int truth = 0; truth < labels.size(); truth++) {
        long count = evaluation.confusionMatrix().count(truth, predicted);
        cells.add(new Number[] {predicted, labels.size() - 1 - truth, count});
      }
    }
    List<String> upwards = new ArrayList<>(labels.names());
    Collections.reverse(upwards);
    chart.addSeries("pictures", labels.names(), upwards, cells);
    ChartFile.write(chart, file);
  }

  private static XYChart unitSquare(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    return chart;
  }

  /**
   * Where all values lie on a grid, XChart takes odd multiples of its step for ticks (0.022,
   * 0.044); one invisible value beside the grid brings back tenths.
   */
  private static void keepTicksAtTenths(XYChart chart) {
    double[] besideAnyGrid = {1 / Math.PI};
    XYSeries invisible = chart.addSeries("ticks", besideAnyGrid, besideAnyGrid);
    invisible.setShowInLegend(false);
    invisible.setMarker(SeriesMarkers.NONE);
    invisible.setLineStyle(SeriesLines.NONE);
  }

  private void addCurves(XYChart chart, Function<String, Optional<Curve>> curves) {
    for (String name : evaluation.labels().names()) {
      curves
          .apply(name)
          .ifPresent(
              curve ->
                  chart
                      .addSeries(
                          String.format(Locale.ROOT, "%s (%.3f)", name, curve.area()),
                          curve.points().stream().mapToDouble(Curve.Point::x).toArray(),
                          curve.points().stream().mapToDouble(Curve.Point::y).toArray())
                      .setMarker(SeriesMarkers.NONE));
    }
  }

  private static void addDiagonal(XYChart chart, String name) {
    double[] ends = {0, 1};
    chart.addSeries(name + " (diagonal)", ends, ends).setMarker(SeriesMarkers.NONE);
  }
}
