package org.finetune4j.examples;

import java.util.List;

/** What a photo goes through while a network learns: what is frozen, what learns, and how often. */
final class WayPicture {
  private static final String FROZEN = "#e4ebf2";
  private static final String LEARNS = "#f7d3a8";
  private static final String PLAIN = "#ffffff";
  private static final int WIDTH = 112;
  private static final int GAP = 28;

  private static final String ONCE = "once";
  private static final String EVERY = "in every epoch";

  /**
   * A box on the way: two lines of text, its color, and what stands below the first of its kind.
   */
  private record Station(String name, String note, String color, String below) {}

  private WayPicture() {}

  /** Chapter 4: the backbone runs once, a head learns from what it saw. */
  static String savedFeatures() {
    return svg(
        "Deep features: the backbone looks once at each photo",
        List.of(
            new Station("photo", "", PLAIN, ONCE),
            new Station("backbone", "frozen", FROZEN, ONCE),
            new Station("features", "saved", PLAIN, ONCE),
            new Station("head", "learns", LEARNS, EVERY)));
  }

  /** Chapter 5: the whole way in every epoch, the head learns. */
  static String endToEnd() {
    return svg(
        "End to end: the photo is changed anew in every epoch",
        List.of(
            new Station("photo", "changed anew", PLAIN, EVERY),
            new Station("backbone", "frozen", FROZEN, EVERY),
            new Station("head", "learns", LEARNS, EVERY)));
  }

  /** Chapter 6: the end of the backbone learns as well. */
  static String fineTuning() {
    return svg(
        "Fine-tuning: the last layers learn too, slowly",
        List.of(
            new Station("photo", "changed anew", PLAIN, EVERY),
            new Station("first layers", "frozen", FROZEN, EVERY),
            new Station("last layers", "learn slowly", LEARNS, EVERY),
            new Station("head", "goes on learning", LEARNS, EVERY)));
  }

  /** Chapter 10: what lies in the one file. */
  static String shipping() {
    return svg(
        "One file: a photo goes in, names and probabilities come out",
        List.of(
            new Station("photo", "any size", PLAIN, ""),
            new Station("resizing", "as in training", FROZEN, "in manifest.json"),
            new Station("network", "mean, layers", FROZEN, "in model.onnx"),
            new Station("labels", "cats, dogs", FROZEN, "in manifest.json"),
            new Station("answer", "cats 98 %", PLAIN, "")));
  }

  private static String svg(String title, List<Station> way) {
    SvgPage page = new SvgPage(16 + Math.max(4, way.size()) * (WIDTH + GAP), 140, title);
    for (int i = 0; i < way.size(); i++) {
      Station station = way.get(i);
      double x = 16 + i * (WIDTH + GAP);
      page.box(x, 44, WIDTH, 48, station.color());
      page.text(x + WIDTH / 2.0, 64, "middle", "font-weight=\"bold\"", station.name());
      page.text(x + WIDTH / 2.0, 82, "middle", "fill=\"#555\"", station.note());
      if (i + 1 < way.size()) {
        page.line(x + WIDTH, 68, x + WIDTH + GAP - 6, 68, "#777", 2);
        page.dot(x + WIDTH + GAP - 6, 68, "#777");
      }
      if (i == 0 || !station.below().equals(way.get(i - 1).below())) {
        page.text(x, 116, "start", "fill=\"#555\"", station.below());
      }
    }
    return page.toString();
  }
}
