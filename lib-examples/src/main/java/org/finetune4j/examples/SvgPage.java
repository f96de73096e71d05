package org.finetune4j.examples;

import java.util.Locale;

/** Shapes and texts as SVG on white, with the same bytes on every machine: no font is measured. */
final class SvgPage {
  private final StringBuilder body = new StringBuilder();
  private final int width;
  private final int height;

  SvgPage(int width, int height, String title) {
    this.width = width;
    this.height = height;
    text(16, 24, "start", "font-weight=\"bold\" font-size=\"14\"", title);
  }

  void line(double x1, double y1, double x2, double y2, String color, double thickness) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>%n",
        x1, y1, x2, y2, color, thickness);
  }

  void dot(double x, double y, String color) {
    add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n", x, y, color);
  }

  void box(double x, double y, double wide, double high, String color) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" stroke=\"#bbb\"/>%n",
        x, y, wide, high, color);
  }

  /**
   * Adds a text.
   *
   * @param anchor which part of it lies at x: start, middle or end
   * @param more further attributes, or none
   */
  void text(double x, double y, String anchor, String more, String words) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>%n",
        x, y, anchor, more, words.replace("&", "&amp;").replace("<", "&lt;"));
  }

  private void add(String pattern, Object... values) {
    body.append(String.format(Locale.ROOT, pattern.replace("%n", "\n"), values));
  }

  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0"
                + " %1$d %2$d\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">\n"
                + "<rect width=\"%1$d\" height=\"%2$d\" fill=\"#fff\"/>\n",
            width,
            height)
        + body
        + "</svg>\n";
  }
}
