package org.finetune4j.train.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.finetune4j.files.ChartFile;
import org.finetune4j.text.Count;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How the loss answers to growing learning rates (Smith 2017), and which rate that suggests: the
 * rules of fastai's {@code lr_find}. Immutable.
 */
public final class LearningRateSweep {
  /** Fewer points say nothing about a curve. */
  private static final int FEWEST = 6;

  private static final int LAST_PASSED_OVER = 5;

  private final List<Double> rates;
  private final List<Double> losses;
  private final int planned;

  /**
   * Copies the curve.
   *
   * @param rates the learning rate of each step
   * @param losses the smoothed loss of each step
   * @param planned so many steps the sweep would have had
   */
  public LearningRateSweep(List<Double> rates, List<Double> losses, int planned) {
    this.rates = List.copyOf(Objects.requireNonNull(rates, "rates"));
    this.losses = List.copyOf(Objects.requireNonNull(losses, "losses"));
    this.planned = planned;
  }

  /** Returns the learning rate of each step. */
  public List<Double> rates() {
    return rates;
  }

  /** Returns the smoothed loss of each step: a moving average that keeps 0.98, without its bias. */
  public List<Double> losses() {
    return losses;
  }

  /**
   * Returns the rate two thirds into the longest fall of the loss (fastai's {@code valley}): a good
   * first choice.
   *
   * @throws IllegalStateException if the sweep ended before there was a curve
   */
  public double valley() {
    double[] loss = middle(losses);
    int[] length = new int[loss.length];
    int end = 0;
    int start = 0;
    for (int i = 0; i < loss.length; i++) {
      length[i] = 1;
      for (int j = 0; j < i; j++) {
        if (loss[i] < loss[j] && length[i] < length[j] + 1) {
          length[i] = length[j] + 1;
        }
      }
      if (length[end] < length[i]) {
        end = i;
        start = end - length[end];
      }
    }
    double third = (end - start) / 3.0;
    return middle(rates)[Math.max(0, start + (int) third + (int) (third / 2))];
  }

  /**
   * Returns the rate at which the loss falls most steeply over the logarithm of the rate (fastai's
   * {@code steep}).
   *
   * @throws IllegalStateException if the sweep ended before there was a curve
   */
  public double steepest() {
    double[] loss = middle(losses);
    double[] rate = middle(rates);
    int best = 0;
    double steepest = Double.POSITIVE_INFINITY;
    for (int i = 0; i + 1 < loss.length; i++) {
      double slope = (loss[i + 1] - loss[i]) / (Math.log(rate[i + 1]) - Math.log(rate[i]));
      if (slope < steepest) {
        steepest = slope;
        best = i;
      }
    }
    return rate[best];
  }

  /** The first tenth is still smoothed over too little, and the last steps explode. */
  private double[] middle(List<Double> values) {
    int first = planned / 10;
    int end = values.size() - LAST_PASSED_OVER;
    if (end - first < FEWEST) {
      throw new IllegalStateException(
          "The sweep ended after "
              + values.size()
              + " of "
              + planned
              + " steps, before there was a curve to choose from: the loss rose at once. Begin at a"
              + " smaller rate, or look for the cause in the preprocessing.");
    }
    return values.subList(first, end).stream().mapToDouble(it -> it).toArray();
  }

  /**
   * Writes the curve and both suggestions as PNG or SVG, by the ending of the file.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   * @throws IllegalStateException if the sweep ended before there was a curve
   */
  public void write(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    double valley = valley();
    XYChart chart =
        new XYChartBuilder()
            .width(800)
            .height(500)
            .title("Learning rate")
            .xAxisTitle("Learning rate")
            .yAxisTitle("Smoothed loss")
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setXAxisDecimalPattern("0E0");
    int shown = Math.max(2, rates.size() - LAST_PASSED_OVER);
    chart
        .addSeries("Loss", rates.subList(0, shown), losses.subList(0, shown))
        .setMarker(SeriesMarkers.NONE);
    mark(chart, "Valley: ", valley);
    mark(chart, "Steepest: ", steepest());
    ChartFile.write(chart, file);
  }

  private void mark(XYChart chart, String name, double rate) {
    chart
        .addSeries(
            name + String.format(Locale.ROOT, "%.2g", rate),
            List.of(rate),
            List.of(losses.get(rates.indexOf(rate))))
        .setMarker(SeriesMarkers.DIAMOND);
  }

  /** Returns for example {@code 87 steps to 0.14; valley 0.00083, steepest 0.0036}. */
  @Override
  public String toString() {
    String range =
        rates.isEmpty()
            ? "no step"
            : String.format(
                Locale.ROOT,
                "%s to %.2g",
                Count.of(rates.size(), "step"),
                rates.get(rates.size() - 1));
    return rates.size() - LAST_PASSED_OVER - planned / 10 < FEWEST
        ? range + "; no curve to choose from"
        : range + String.format(Locale.ROOT, "; valley %.2g, steepest %.2g", valley(), steepest());
  }
}
