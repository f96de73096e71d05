package org.finetune4j.examples;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Charts of {@linkplain MeasuredTable measured numbers} for the tutorial's pages. */
final class MeasuredCharts {
  private static final List<String> COLORS = List.of("#c77b30", "#2f6db3", "#5b8a3a", "#8a4ba8");
  private static final int WIDTH = 680;
  private static final int LEFT = 56;
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
    double[] x = table.column(0);
    double low = Double.MAX_VALUE;
    double high = -Double.MAX_VALUE;
    for (int column = 1; column < table.header().size(); column++) {
      low = Math.min(low, Arrays.stream(table.column(column)).min().orElseThrow());
      high = Math.max(high, Arrays.stream(table.column(column)).max().orElseThrow());
    }
    double step = step(high - low);
    low = Math.floor(low / step) * step;
    high = Math.ceil(high / step) * step;
    for (double tick = low; tick <= high + step / 2; tick += step) {
      double y = across(tick, low, high, BOTTOM, TOP);
      page.line(LEFT, y, RIGHT, y, "#ddd", 1);
      page.text(LEFT - 6, y + 4, "end", "fill=\"#555\"", number(tick) + unit);
    }
    for (int i = 0; i < x.length; i++) {
      if (i == 0 || i == x.length - 1 || x.length <= 10) {
        double at = across(x[i], x[0], x[x.length - 1], LEFT, RIGHT);
        page.text(at, BOTTOM + 18, "middle", "fill=\"#555\"", table.rows().get(i).get(0));
      }
    }
    page.text((LEFT + RIGHT) / 2.0, BOTTOM + 36, "middle", "fill=\"#555\"", table.header().get(0));
    for (int column = 1; column < table.header().size(); column++) {
      String name = table.header().get(column);
      String color = COLORS.get((column - 1) / 2 % COLORS.size());
      boolean points = name.endsWith("training");
      double[] values = table.column(column);
      for (int i = 0; i < values.length; i++) {
        double at = across(x[i], x[0], x[x.length - 1], LEFT, RIGHT);
        double y = across(values[i], low, high, BOTTOM, TOP);
        if (points) {
          page.dot(at, y, color);
        } else if (i > 0) {
          double before = across(x[i - 1], x[0], x[x.length - 1], LEFT, RIGHT);
          page.line(before, across(values[i - 1], low, high, BOTTOM, TOP), at, y, color, 2);
        }
      }
      double y = TOP + 10 + 20 * (column - 1);
      if (points) {
        page.dot(RIGHT + 27, y - 4, color);
      } else {
        page.line(RIGHT + 16, y - 4, RIGHT + 38, y - 4, color, 2);
      }
      page.text(RIGHT + 46, y, "start", "", name);
    }
    return page.toString();
  }

  /** Draws a point and its 95 % interval for each row: name, percent, low, high. */
  static String intervals(String title, MeasuredTable table) {
    int left = 250;
    int right = WIDTH - 80;
    int bottom = TOP + 28 * table.rows().size();
    SvgPage page = new SvgPage(WIDTH, bottom + 30, title);
    double low = Math.floor(Arrays.stream(table.column(2)).min().orElseThrow() / 10) * 10;
    for (double tick = low; tick <= 100; tick += 10) {
      double x = across(tick, low, 100, left, right);
      page.line(x, TOP - 8, x, bottom, "#ddd", 1);
      page.text(x, bottom + 18, "middle", "fill=\"#555\"", number(tick) + " %");
    }
    for (int i = 0; i < table.rows().size(); i++) {
      List<String> row = table.rows().get(i);
      double y = TOP + 8 + 28 * i;
      page.text(left - 12, y + 4, "end", "", row.get(0));
      page.line(
          across(table.column(2)[i], low, 100, left, right),
          y,
          across(table.column(3)[i], low, 100, left, right),
          y,
          "#2f6db3",
          3);
      page.dot(across(table.column(1)[i], low, 100, left, right), y, "#2f6db3");
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

  private static double across(double value, double low, double high, double from, double to) {
    return high == low ? from : from + (value - low) / (high - low) * (to - from);
  }

  /** Returns 1, 2 or 5 times a power of ten, so that there are four to ten steps. */
  private static double step(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(range, 1e-6) / 4)));
    double times = range / 4 / power;
    return power * (times < 2 ? 1 : times < 5 ? 2 : 5);
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
