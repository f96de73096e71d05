package org.finetune4j.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.finetune4j.examples.CurvePanel.Curve;
import org.finetune4j.train.log.TrainingHistory;

/** Charts of {@linkplain MeasuredTable measured numbers} for the tutorial's pages. */
final class MeasuredCharts {
  private static final List<String> COLORS = List.of("#c77b30", "#2f6db3", "#5b8a3a", "#8a4ba8");
  private static final int WIDTH = 680;
  private static final int LEFT = 56;
  private static final int MIDDLE = 320;
  private static final int RIGHT = 480;
  private static final int TOP = 44;
  private static final int BOTTOM = 260;

  private MeasuredCharts() {}

  /**
   * Draws a curve for each column but the first: those whose name ends in {@code training} as
   * points, all others as lines.
   */
  static String curves(String title, String unit, MeasuredTable table) {
    SvgPage page = new SvgPage(WIDTH, BOTTOM + 44, title);
    List<Curve> curves = new ArrayList<>();
    for (int column = 1; column < table.header().size(); column++) {
      String name = table.header().get(column);
      String color = COLORS.get((column - 1) / 2 % COLORS.size());
      curves.add(new Curve(name, color, name.endsWith("training"), boxed(table.column(column))));
    }
    String epochs = table.header().get(0);
    new CurvePanel(LEFT, RIGHT, TOP, BOTTOM).draw(page, epochs, table.column(0), unit, curves);
    for (int i = 0; i < curves.size(); i++) {
      curves.get(i).legend(page, RIGHT + 16, TOP + 10 + 20 * i);
    }
    return page.toString();
  }

  /**
   * Draws a training as the programs write it ({@code <name>.csv} in their folder of results):
   * accuracy on the left, loss on the right.
   *
   * @param smoothing 0 for the epochs as they were, or the factor of {@link TrainingHistory#smooth}
   */
  static String training(String title, MeasuredTable epochs, double smoothing) {
    SvgPage page = new SvgPage(WIDTH, BOTTOM + 76, title);
    double[] number = epochs.column("epoch");
    List<Curve> accuracy = training(epochs, "accuracy", 100, smoothing);
    List<Curve> loss = training(epochs, "loss", 1, smoothing);
    new CurvePanel(LEFT, MIDDLE, TOP + 20, BOTTOM).draw(page, "epoch", number, " %", accuracy);
    new CurvePanel(MIDDLE + 76, WIDTH - 20, TOP + 20, BOTTOM).draw(page, "epoch", number, "", loss);
    page.text(LEFT, TOP + 6, "start", "fill=\"#555\"", "accuracy");
    page.text(MIDDLE + 76, TOP + 6, "start", "fill=\"#555\"", "loss");
    accuracy.get(0).legend(page, LEFT, BOTTOM + 60);
    accuracy.get(1).legend(page, LEFT + 180, BOTTOM + 60);
    return page.toString();
  }

  /** Training as points and validation as a line, from columns of the same name. */
  private static List<Curve> training(
      MeasuredTable epochs, String what, double scale, double smoothing) {
    List<Curve> curves = new ArrayList<>();
    for (String part : List.of("training", "validation")) {
      boolean points = part.equals("training");
      double[] values = epochs.column(points ? what : "validation_" + what);
      double[] scaled = Arrays.stream(values).map(value -> scale * value).toArray();
      String name = part + (smoothing == 0 ? "" : ", smoothed");
      String color = COLORS.get(points ? 0 : 1);
      curves.add(new Curve(name, color, points, boxed(TrainingHistory.smooth(scaled, smoothing))));
    }
    return curves;
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** Draws a point and its 95 % interval for each row: name, percent, low, high. */
  static String intervals(String title, MeasuredTable table) {
    int left = 250;
    int right = WIDTH - 80;
    int bottom = TOP + 28 * table.rows().size();
    SvgPage page = new SvgPage(WIDTH, bottom + 30, title);
    double low = Math.floor(Arrays.stream(table.column(2)).min().orElseThrow() / 10) * 10;
    for (double tick = low; tick <= 100; tick += 10) {
      double x = CurvePanel.across(tick, low, 100, left, right);
      page.line(x, TOP - 8, x, bottom, "#ddd", 1);
      page.text(x, bottom + 18, "middle", "fill=\"#555\"", CurvePanel.number(tick) + " %");
    }
    for (int i = 0; i < table.rows().size(); i++) {
      List<String> row = table.rows().get(i);
      double y = TOP + 8 + 28 * i;
      page.text(left - 12, y + 4, "end", "", row.get(0));
      page.line(
          CurvePanel.across(table.column(2)[i], low, 100, left, right),
          y,
          CurvePanel.across(table.column(3)[i], low, 100, left, right),
          y,
          "#2f6db3",
          3);
      page.dot(CurvePanel.across(table.column(1)[i], low, 100, left, right), y, "#2f6db3");
      page.text(right + 16, y + 4, "start", "", row.get(1) + " %");
    }
    return page.toString();
  }

  /** Draws a confusion matrix: a row for each true class, a column for each answer. */
  static String confusion(String title, MeasuredTable table) {
    int side = 40;
    int left = 90;
    int classes = table.rows().size();
    SvgPage page = new SvgPage(left + classes * side + 24, TOP + classes * side + 48, title);
    for (int truth = 0; truth < classes; truth++) {
      List<String> row = table.rows().get(truth);
      double all = row.stream().skip(1).mapToDouble(Double::parseDouble).sum();
      double y = TOP + truth * side;
      page.text(left - 10, y + 25, "end", "", row.get(0));
      for (int answer = 0; answer < classes; answer++) {
        double x = left + answer * side;
        double share = Double.parseDouble(row.get(answer + 1)) / all;
        // Mistakes are few, and must be seen: the root brings them forward.
        int paper = (int) Math.round(255 - 150 * Math.sqrt(share));
        page.box(x, y, side, side, String.format(Locale.ROOT, "#%02x%02xff", paper, paper));
        if (share > 0) {
          page.text(x + side / 2.0, y + 25, "middle", "font-size=\"11\"", row.get(answer + 1));
        }
      }
      page.text(
          left + truth * side + side / 2.0, TOP + classes * side + 18, "middle", "", row.get(0));
    }
    page.text(20, TOP + 25, "start", "fill=\"#555\"", "truth");
    page.text(left, TOP + classes * side + 38, "start", "fill=\"#555\"", "answer");
    return page.toString();
  }
}
