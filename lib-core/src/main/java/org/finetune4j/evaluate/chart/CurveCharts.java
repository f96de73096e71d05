package org.finetune4j.evaluate.chart;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.finetune4j.evaluate.Curve;
import org.finetune4j.files.ChartFile;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws one curve per class or tag into the unit square. */
final class CurveCharts {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 600;

  private static final int SHOWN_OF_MANY = 10;

  /** The curve of a class. */
  private record Named(String name, Curve curve) {}

  private CurveCharts() {}

  static void roc(List<String> names, Function<String, Optional<Curve>> curves, Path file)
      throws IOException {
    XYChart chart = unitSquare("ROC", "False positive rate", "True positive rate");
    addCurves(chart, names, curves);
    addDiagonal(chart, "chance");
    ChartFile.keepTicksRound(chart, 1 / Math.PI, 1 / Math.PI);
    ChartFile.write(chart, file);
  }

  static void precisionRecall(
      List<String> names, Function<String, Optional<Curve>> curves, Path file) throws IOException {
    XYChart chart = unitSquare("Precision and recall", "Recall", "Precision");
    addCurves(chart, names, curves);
    ChartFile.keepTicksRound(chart, 1 / Math.PI, 1 / Math.PI);
    ChartFile.write(chart, file);
  }

  static XYChart unitSquare(String title, String x, String y) {
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

  private static void addCurves(
      XYChart chart, List<String> names, Function<String, Optional<Curve>> curves) {
    List<Named> all = new ArrayList<>();
    for (String name : names) {
      curves.apply(name).ifPresent(curve -> all.add(new Named(name, curve)));
    }
    List<Named> shown = all;
    if (all.size() > 2 * SHOWN_OF_MANY) {
      List<Named> best = new ArrayList<>(all);
      best.sort(Comparator.comparing((Named it) -> it.curve.area()).reversed());
      shown = new ArrayList<>(best.subList(0, SHOWN_OF_MANY));
      shown.addAll(best.subList(best.size() - SHOWN_OF_MANY, best.size()));
      chart.setTitle(chart.getTitle() + ": best and worst ten of " + all.size());
    }
    for (int i = 0; i < shown.size(); i++) {
      Named named = shown.get(i);
      List<Curve.Point> points = Polyline.of(named.curve);
      XYSeries series =
          chart.addSeries(
              legend(i, named),
              points.stream().mapToDouble(Curve.Point::x).toArray(),
              points.stream().mapToDouble(Curve.Point::y).toArray());
      series.setMarker(SeriesMarkers.NONE);
      boolean worst = shown != all && i >= SHOWN_OF_MANY;
      series.setLineStyle(worst ? SeriesLines.DASH_DASH : SeriesLines.SOLID);
      series.setLineColor(ChartFile.color(i, shown.size()));
    }
  }

  /** XChart knows series by their names, and two long names may become one. */
  private static String legend(int number, Named named) {
    String blanks = "\u200B".repeat(number);
    return String.format(
        Locale.ROOT,
        "%s (%.3f)%s",
        ConfusionPicture.shortened(named.name),
        named.curve.area(),
        blanks);
  }

  static void addDiagonal(XYChart chart, String name) {
    double[] ends = {0, 1};
    XYSeries line = chart.addSeries(name + " (diagonal)", ends, ends);
    line.setMarker(SeriesMarkers.NONE);
    line.setLineColor(Color.GRAY);
    line.setLineStyle(SeriesLines.DASH_DASH);
  }
}
