package org.finetune4j.evaluate.chart;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.files.ChartFile;
import org.finetune4j.target.Quantity;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws an evaluation of numbers, as PNG or SVG by the ending of the file's name. */
public final class RegressionCharts {
  private static final int SIDE = 700;
  private static final int MARKER = 5;

  private final RegressionEvaluation evaluation;

  private RegressionCharts(RegressionEvaluation evaluation) {
    this.evaluation = evaluation;
  }

  /** Returns the charts of this evaluation. */
  public static RegressionCharts of(RegressionEvaluation evaluation) {
    return new RegressionCharts(Objects.requireNonNull(evaluation, "evaluation"));
  }

  /**
   * Draws a point for each picture, its predicted number over the true one; right predictions lie
   * on the diagonal.
   *
   * @param quantity which number
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another, or there is no such quantity
   */
  public void predictedAgainstTrue(String quantity, Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    int column = evaluation.truth().task().indexOf(Objects.requireNonNull(quantity, "quantity"));
    double[] truth = evaluation.truth().column(column);
    double[] predicted = evaluation.predicted(column);
    Quantity unit = evaluation.quantities().get(column);
    XYChart chart = chart(unit.name(), "true " + unit, "predicted " + unit);
    DoubleSummaryStatistics range =
        DoubleStream.concat(Arrays.stream(truth), Arrays.stream(predicted)).summaryStatistics();
    double[] ends = {range.getMin(), range.getMax()};
    line(chart, "right", ends, ends);
    points(chart, truth, predicted);
    ChartFile.write(chart, file);
  }

  /**
   * Draws a point for each picture, predicted minus true number over the true one: what is left is
   * best without any shape.
   *
   * @param quantity which number
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another, or there is no such quantity
   */
  public void residuals(String quantity, Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    int column = evaluation.truth().task().indexOf(Objects.requireNonNull(quantity, "quantity"));
    double[] truth = evaluation.truth().column(column);
    double[] residuals = evaluation.predicted(column);
    Arrays.setAll(residuals, i -> residuals[i] - truth[i]);
    Quantity unit = evaluation.quantities().get(column);
    XYChart chart = chart(unit.name() + ": residuals", "true " + unit, "predicted - true " + unit);
    DoubleSummaryStatistics range = Arrays.stream(truth).summaryStatistics();
    line(chart, "right", new double[] {range.getMin(), range.getMax()}, new double[] {0, 0});
    points(chart, truth, residuals);
    ChartFile.write(chart, file);
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(SIDE)
            .height(SIDE)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setLegendVisible(false);
    chart.getStyler().setMarkerSize(MARKER);
    return chart;
  }

  private static void line(XYChart chart, String name, double[] x, double[] y) {
    XYSeries line = chart.addSeries(name, x, y);
    line.setMarker(SeriesMarkers.NONE);
    line.setLineColor(Color.GRAY);
    line.setLineStyle(SeriesLines.DASH_DASH);
  }

  private static void points(XYChart chart, double[] x, double[] y) {
    XYSeries points = chart.addSeries("pictures", x, y);
    points.setLineStyle(SeriesLines.NONE);
    points.setMarker(SeriesMarkers.CIRCLE);
    points.setMarkerColor(new Color(66, 133, 200));
  }
}
