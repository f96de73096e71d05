package org.finetune4j.examples;

import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Curves over epochs within a rectangle of a page: scales, lines and points, without a legend.
 *
 * @param left of the rectangle that the curves fill
 * @param right of it
 * @param top of it
 * @param bottom of it
 */
record CurvePanel(int left, int right, int top, int bottom) {
  /**
   * A curve.
   *
   * @param name in the legend
   * @param color of it
   * @param points whether it is drawn as points, as the book draws training, or else as a line
   * @param values one for each epoch
   */
  record Curve(String name, String color, boolean points, List<Double> values) {
    /** Draws how it looks, and its name. */
    void legend(SvgPage page, double x, double y) {
      if (points) {
        page.dot(x + 11, y - 4, color);
      } else {
        page.line(x, y - 4, x + 22, y - 4, color, 2);
      }
      page.text(x + 30, y, "start", "", name);
    }
  }

  void draw(SvgPage page, String xName, double[] x, String unit, List<Curve> curves) {
    double low =
        curves.stream().mapToDouble(it -> Collections.min(it.values())).min().orElseThrow();
    double high =
        curves.stream().mapToDouble(it -> Collections.max(it.values())).max().orElseThrow();
    double step = step(high - low);
    low = Math.floor(low / step) * step;
    high = Math.ceil(high / step) * step;
    for (double tick = low; tick <= high + step / 2; tick += step) {
      double y = across(tick, low, high, bottom, top);
      page.line(left, y, right, y, "#ddd", 1);
      page.text(left - 6, y + 4, "end", "fill=\"#555\"", number(tick) + unit);
    }
    double first = x[0];
    double last = x[x.length - 1];
    int every = x.length <= 10 ? 1 : x.length <= 50 ? 5 : 10;
    for (int i = 0; i < x.length; i++) {
      if (i == 0 || i == x.length - 1 || x[i] % every == 0) {
        double at = across(x[i], first, last, left, right);
        page.text(at, bottom + 18, "middle", "fill=\"#555\"", number(x[i]));
      }
    }
    page.text((left + right) / 2.0, bottom + 36, "middle", "fill=\"#555\"", xName);
    for (Curve curve : curves) {
      for (int i = 0; i < x.length; i++) {
        double at = across(x[i], first, last, left, right);
        double y = across(curve.values().get(i), low, high, bottom, top);
        if (curve.points()) {
          page.dot(at, y, curve.color());
        } else if (i > 0) {
          double before = across(curve.values().get(i - 1), low, high, bottom, top);
          page.line(across(x[i - 1], first, last, left, right), before, at, y, curve.color(), 2);
        }
      }
    }
  }

  /** Returns where a value of a scale lies between two places. */
  static double across(double value, double low, double high, double from, double to) {
    return high == low ? from : from + (value - low) / (high - low) * (to - from);
  }

  /** Returns 1, 2 or 5 times a power of ten, so that there are four to ten steps. */
  private static double step(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(range, 1e-6) / 4)));
    double times = range / 4 / power;
    return power * (times < 2 ? 1 : times < 5 ? 2 : 5);
  }

  /** Returns a number with at most four decimals, and no zero that says nothing. */
  static String number(double value) {
    String text = String.format(Locale.ROOT, "%.4f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
