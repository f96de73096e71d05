package org.finetune4j.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.finetune4j.files.ChartFile;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The curves of a training run as pictures: training values as points, validation as a line, like
 * the figures of the book.
 */
public final class LearningCurves {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 500;

  private LearningCurves() {}

  /**
   * Writes the accuracy of each epoch as PNG or SVG, by the ending of the file.
   *
   * @param history at least one epoch
   * @param smoothing 0 for the raw points, or the factor of {@link TrainingHistory#smooth}
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   */
  public static void accuracy(TrainingHistory history, double smoothing, Path file)
      throws IOException {
    plot(
        "Accuracy",
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
   * @throws IllegalArgumentException if the ending is another
   */
  public static void loss(TrainingHistory history, double smoothing, Path file) throws IOException {
    plot("Loss", history, EpochResult::loss, EpochResult::validationLoss, smoothing, file);
  }

  private static void plot(
      String title,
      TrainingHistory history,
      ToDoubleFunction<EpochResult> training,
      Function<EpochResult, OptionalDouble> validation,
      double smoothing,
      Path file)
      throws IOException {
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
    chart
        .addSeries("Training", epochs, TrainingHistory.smooth(history.curve(training), smoothing))
        .setMarker(SeriesMarkers.CIRCLE);
    if (history.epochs().stream().allMatch(epoch -> validation.apply(epoch).isPresent())) {
      double[] values = history.curve(epoch -> validation.apply(epoch).orElseThrow());
      chart
          .addSeries("Validation", epochs, TrainingHistory.smooth(values, smoothing))
          .setMarker(SeriesMarkers.NONE);
    }
    ChartFile.write(chart, file);
  }
}
