package org.finetune4j.evaluate.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.finetune4j.evaluate.ConfusionMatrix;
import org.finetune4j.files.ChartFile;

/**
 * A confusion matrix as cells with counts and shares of the row or, where there are too many
 * classes to be read, the pairs that are confused most as bars.
 */
final class ConfusionPicture {
  /** A class taken for another. */
  private record Pair(int truth, int predicted, long count, double share) {}

  private static final int MOST_CLASSES = 30;
  private static final int MOST_PAIRS = 25;
  private static final int WIDTH = 800;
  private static final int MARGIN = 20;
  private static final int TITLE = 48;
  private static final int ROW = 22;
  private static final int LONGEST_NAME = 28;
  private static final int SHORTEST_BARS = 200;

  /** Behind the bars. */
  private static final int NUMBERS = 110;

  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, 14);
  private static final Color FULL = new Color(66, 133, 200);
  private static final Color LINE = new Color(200, 200, 200);

  private final ConfusionMatrix matrix;
  private final List<String> names;

  ConfusionPicture(ConfusionMatrix matrix) {
    this.matrix = matrix;
    this.names = matrix.labels().names().stream().map(ConfusionPicture::shortened).toList();
  }

  /**
   * Keeps both ends of a long name: what tells classes apart is as often at the end. Letters of two
   * chars (emoji) stay whole.
   */
  static String shortened(String name) {
    int letters = name.codePointCount(0, name.length());
    int half = LONGEST_NAME / 2 - 1;
    return letters <= LONGEST_NAME
        ? name
        : name.substring(0, name.offsetByCodePoints(0, half))
            + "..."
            + name.substring(name.offsetByCodePoints(name.length(), -half));
  }

  void write(Path file) throws IOException {
    if (names.size() <= MOST_CLASSES) {
      int left = MARGIN + 20 + widest(names);
      int cell = Math.max(44, (WIDTH - left - MARGIN) / names.size());
      int high = Math.min(cell, 60);
      int width = left + cell * names.size() + MARGIN;
      int height = TITLE + high * names.size() + widest(names) + 50;
      ChartFile.write(width, height, g -> cells(g, left, cell, high), file);
    } else {
      List<Pair> all = pairs();
      List<Pair> pairs = all.subList(0, Math.min(MOST_PAIRS, all.size()));
      int left = 2 * MARGIN + widest(pairs.stream().map(this::described).toList());
      int longest = Math.max(SHORTEST_BARS, WIDTH - left - NUMBERS);
      ChartFile.write(
          left + longest + NUMBERS,
          TITLE + ROW * Math.max(1, pairs.size()) + MARGIN,
          g -> bars(g, pairs, left, longest),
          file);
    }
  }

  private String described(Pair pair) {
    return names.get(pair.truth) + " taken for " + names.get(pair.predicted);
  }

  /** Returns how many pixels the longest text takes. */
  private static int widest(List<String> texts) {
    FontRenderContext context = new FontRenderContext(null, true, false);
    return (int)
        Math.ceil(
            texts.stream()
                .mapToDouble(text -> PLAIN.getStringBounds(text, context).getWidth())
                .max()
                .orElse(0));
  }

  private void cells(Graphics2D graphics, int left, int cell, int high) {
    title(graphics, "Confusion matrix: pictures of each class, share of the row");
    graphics.setFont(PLAIN);
    int size = names.size();
    for (int truth = 0; truth < size; truth++) {
      int y = TITLE + truth * high;
      right(graphics, names.get(truth), left - 6, y + high / 2 + 4);
      long sum = sum(truth);
      for (int predicted = 0; predicted < size; predicted++) {
        cell(graphics, matrix.count(truth, predicted), sum, left + predicted * cell, y, cell, high);
      }
    }
    int bottom = TITLE + size * high;
    for (int predicted = 0; predicted < size; predicted++) {
      upright(graphics, names.get(predicted), left + predicted * cell + cell / 2 + 4, bottom + 6);
    }
    graphics.drawString("predicted", left, bottom + widest(names) + 34);
    upright(graphics, "truth", MARGIN, TITLE);
  }

  private static void cell(
      Graphics2D graphics, long count, long sum, int x, int y, int width, int height) {
    double share = sum == 0 ? 0 : (double) count / sum;
    graphics.setColor(mixed(share));
    graphics.fillRect(x, y, width, height);
    graphics.setColor(LINE);
    graphics.drawRect(x, y, width, height);
    graphics.setColor(Color.BLACK);
    if (count > 0) {
      centered(graphics, Long.toString(count), x + width / 2, y + height / 2 - 2);
      centered(graphics, percent(share), x + width / 2, y + height / 2 + 12);
    }
  }

  private static Color mixed(double share) {
    ToIntFunction<Integer> channel = full -> (int) Math.round(255 + share * (full - 255));
    return new Color(
        channel.applyAsInt(FULL.getRed()),
        channel.applyAsInt(FULL.getGreen()),
        channel.applyAsInt(FULL.getBlue()));
  }

  private static String percent(double share) {
    return String.format(
        Locale.ROOT, share > 0 && share < 0.1 ? "%.1f %%" : "%.0f %%", 100 * share);
  }

  private long sum(int truth) {
    long sum = 0;
    for (int predicted = 0; predicted < names.size(); predicted++) {
      sum += matrix.count(truth, predicted);
    }
    return sum;
  }

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (int truth = 0; truth < names.size(); truth++) {
      long sum = sum(truth);
      for (int predicted = 0; predicted < names.size(); predicted++) {
        long count = matrix.count(truth, predicted);
        if (truth != predicted && count > 0) {
          pairs.add(new Pair(truth, predicted, count, (double) count / sum));
        }
      }
    }
    pairs.sort(Comparator.comparing(Pair::count).reversed());
    return pairs;
  }

  private void bars(Graphics2D graphics, List<Pair> pairs, int left, int longest) {
    title(
        graphics,
        pairs.isEmpty()
            ? "No class is confused with another"
            : "The most confused of " + names.size() + " classes: pictures, share of the class");
    graphics.setFont(PLAIN);
    for (int i = 0; i < pairs.size(); i++) {
      Pair pair = pairs.get(i);
      int y = TITLE + i * ROW;
      graphics.setColor(Color.BLACK);
      right(graphics, described(pair), left - 8, y + 15);
      int length = (int) Math.max(1, longest * pair.count / pairs.get(0).count);
      graphics.setColor(FULL);
      graphics.fillRect(left, y + 3, length, ROW - 6);
      graphics.setColor(Color.BLACK);
      graphics.drawString(pair.count + " (" + percent(pair.share) + ")", left + length + 6, y + 15);
    }
  }

  private static void title(Graphics2D graphics, String text) {
    graphics.setColor(Color.BLACK);
    graphics.setFont(BOLD);
    graphics.drawString(text, MARGIN, 28);
  }

  private static void right(Graphics2D graphics, String text, int x, int y) {
    FontMetrics metrics = graphics.getFontMetrics();
    graphics.drawString(text, x - metrics.stringWidth(text), y);
  }

  private static void centered(Graphics2D graphics, String text, int x, int y) {
    right(graphics, text, x + graphics.getFontMetrics().stringWidth(text) / 2, y);
  }

  /** Draws from the bottom to the top, its end at a height. */
  private static void upright(Graphics2D graphics, String text, int x, int top) {
    AffineTransform before = graphics.getTransform();
    graphics.translate(x, top + graphics.getFontMetrics().stringWidth(text));
    graphics.rotate(-Math.PI / 2);
    graphics.drawString(text, 0, 0);
    graphics.setTransform(before);
  }
}
