package org.finetune4j.train.log;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.finetune4j.files.ChartFile;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The curves of a training run as pictures: training values as points, validation as a line, like
 * the figures of the book; the epoch with the smallest validation loss, which is kept where the
 * best epoch is kept, is marked.
 */
public final class LearningCurves {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 500;

  /** More of them run together into a band. */
  private static final int MOST_POINTS = 60;

  /** More epochs do not each have a tick. */
  private static final int MOST_TICKS = 12;

  private static final Color TRAINING = new Color(199, 123, 48);
  private static final Color VALIDATION = new Color(47, 109, 179);

  private LearningCurves() {}

  /**
   * Writes the accuracy of each epoch (R2, where numbers are learned) as PNG or SVG, by the ending
   * of the file.
   *
   * @param history at least one epoch
   * @param smoothing 0 for the raw points, or the factor of {@link TrainingHistory#smooth}
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another, or there is no epoch
   */
  public static void accuracy(TrainingHistory history, double smoothing, Path file)
      throws IOException {
    Objects.requireNonNull(file, "file");
    boolean numbers = history.epochs().stream().anyMatch(epoch -> epoch.measure() == Measure.R2);
    plot(
        numbers ? "R2" : "Accuracy",
        history,
        EpochResult::accuracy,
        EpochResult::validationAccuracy,
        smoothing,
        file);
  }

  /**
   * Writes the loss of each epoch as PNG or SVG, by the ending of the file.
   *
   * @param history at least one epoch
   * @param smoothing 0 for the raw points, or the factor of {@link TrainingHistory#smooth}
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another, or there is no epoch
   */
  public static void loss(TrainingHistory history, double smoothing, Path file) throws IOException {
    plot(
        "Loss",
        history,
        EpochResult::loss,
        EpochResult::validationLoss,
        smoothing,
        Objects.requireNonNull(file, "file"));
  }

  private static void plot(
      String title,
      TrainingHistory history,
      ToDoubleFunction<EpochResult> training,
      Function<EpochResult, OptionalDouble> validation,
      double smoothing,
      Path file)
      throws IOException {
    if (history.epochs().isEmpty()) {
      throw new IllegalArgumentException(
          "There is no curve of a training without epochs; linear heads are solved, not trained.");
    }
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("Epoch")
            .yAxisTitle(title)
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setYAxisDecimalPattern("0.0###");
    double[] epochs = IntStream.rangeClosed(1, history.epochs().size()).asDoubleStream().toArray();
    XYSeries learned =
        chart.addSeries(
            "Training", epochs, TrainingHistory.smooth(history.curve(training), smoothing));
    learned.setMarker(epochs.length <= MOST_POINTS ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    learned.setLineStyle(SeriesLines.DOT_DOT);
    learned.setMarkerColor(TRAINING);
    learned.setLineColor(TRAINING);
    if (history.epochs().stream().allMatch(epoch -> validation.apply(epoch).isPresent())) {
      double[] values = history.curve(epoch -> validation.apply(epoch).orElseThrow());
      double[] smooth = TrainingHistory.smooth(values, smoothing);
      XYSeries watched = chart.addSeries("Validation", epochs, smooth);
      watched.setMarker(SeriesMarkers.NONE);
      watched.setLineColor(VALIDATION);
      int best = history.best().orElseThrow();
      XYSeries mark =
          chart.addSeries(
              "Smallest validation loss: epoch " + (best + 1),
              new double[] {best + 1},
              new double[] {smooth[best]});
      mark.setMarker(SeriesMarkers.DIAMOND);
      mark.setLineStyle(SeriesLines.NONE);
    }
    if (epochs.length > MOST_TICKS) {
      ChartFile.keepTicksRound(chart, 1 + 1 / Math.PI, history.curve(training)[0]);
    }
    ChartFile.write(chart, file);
  }
}
