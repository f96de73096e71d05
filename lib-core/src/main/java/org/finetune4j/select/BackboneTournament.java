package org.finetune4j.select;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.Interval;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.files.ChartFile;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.image.Image;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.text.PrettyJson;
import org.finetune4j.text.TextTable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Which backbone suits these pictures: the same head on the features of each, compared by
 * cross-validation on the same folds, with what each costs. Features are extracted once per entry,
 * or found in the extractor's cache. Immutable.
 *
 * <p>Its accuracies are "validation, selected on": the best of many is a little lucky. Report the
 * winner on pictures that were not in the tournament.
 *
 * <pre>{@code
 * BackboneTournament tournament =
 *     BackboneTournament.of(photos, ClassifierHead.logisticRegression().build(), 5, 42);
 * for (Architecture architecture : List.of(Architecture.RESNET50, Architecture.MOBILENET_V2)) {
 *   try (PretrainedBackbone backbone = PretrainedBackbone.builder(architecture).build()) {
 *     tournament = tournament.with(FeatureExtractor.builder(backbone).build());
 *   }
 * }
 * System.out.println(tournament);
 * }</pre>
 */
public final class BackboneTournament {
  private static final int TIMED_PICTURES = 16;
  private static final int WARM_UP = 3;
  private static final int WIDTH = 900;
  private static final int HEIGHT = 500;
  private static final int LEGEND_ROW = 22;

  private final ImageDataset images;
  private final ClassifierHead head;
  private final int folds;
  private final long seed;
  private final List<Entry> ranking;

  /**
   * What became of one backbone.
   *
   * @param backbone its name
   * @param layer whose activations are the features, with their pooling and the input size
   * @param features how many numbers a picture became
   * @param validation the head's cross-validation; selected on
   * @param timePerPicture from a decoded picture to its features, one at a time; the median
   * @param bytes of the parameters up to the layer, four per number: what a bundle grows by
   * @param workingBytes of the activations that one picture has at the same time, computed layer
   *     after layer; memory is this and the parameters
   */
  public record Entry(
      String backbone,
      String layer,
      int features,
      CrossValidation validation,
      Duration timePerPicture,
      long bytes,
      long workingBytes) {}

  private BackboneTournament(
      ImageDataset images, ClassifierHead head, int folds, long seed, List<Entry> ranking) {
    this.images = images;
    this.head = head;
    this.folds = folds;
    this.seed = seed;
    this.ranking = List.copyOf(ranking);
  }

  /**
   * Starts a tournament without entries.
   *
   * @param images on which the backbones are compared
   * @param head what is trained on the features of each
   * @param folds of the cross-validation, 2 or more
   * @param seed deals the pictures out to folds, the same for all
   * @throws IllegalArgumentException if the pictures have tags or numbers
   */
  public static BackboneTournament of(
      ImageDataset images, ClassifierHead head, int folds, long seed) {
    CrossValidation.requireLabels(
        "A tournament of backbones", Objects.requireNonNull(images, "images").task());
    return new BackboneTournament(
        images, Objects.requireNonNull(head, "head"), folds, seed, List.of());
  }

  /**
   * Returns a tournament with one entry more. The extractor is not needed afterwards.
   *
   * @throws IOException if a picture cannot be read, or a cache cannot be written
   * @throws IllegalArgumentException if {@linkplain CrossValidation#of cross-validation} refuses
   *     the pictures or the number of folds
   */
  public BackboneTournament with(FeatureExtractor extractor) throws IOException {
    CrossValidation validation = CrossValidation.of(head, extractor.extract(images), folds, seed);
    long numbers = extractor.network().tensors().stream().mapToLong(TensorSpec::elements).sum();
    List<Entry> entries = new ArrayList<>(ranking);
    entries.add(
        new Entry(
            extractor.backbone().name(),
            extractor.layer()
                + ", "
                + extractor.pooling()
                + ", "
                + extractor.backbone().inputSize(),
            extractor.shape().elements(),
            validation,
            time(extractor),
            numbers * Float.BYTES,
            LiveActivations.largest(extractor.network())));
    // Of equally good ones the smallest is first, which, unlike the quickest, is always the same.
    entries.sort(
        Comparator.comparingDouble((Entry it) -> -it.validation().evaluation().accuracy())
            .thenComparingLong(Entry::bytes));
    return new BackboneTournament(images, head, folds, seed, entries);
  }

  private Duration time(FeatureExtractor extractor) throws IOException {
    long[] nanos = new long[Math.min(images.size(), TIMED_PICTURES)];
    for (int i = -WARM_UP; i < nanos.length; i++) {
      Image image = images.get(Math.max(0, i)).decode(extractor.decoder());
      long start = System.nanoTime();
      extractor.extract(image);
      if (i >= 0) {
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return Duration.ofNanos(nanos[nanos.length / 2]);
  }

  /** Returns the entries, the most accurate first; of equally accurate ones the smallest. */
  public List<Entry> ranking() {
    return ranking;
  }

  private TextTable table() {
    TextTable table =
        new TextTable(
            List.of(
                "backbone",
                "layer",
                "features",
                "accuracy (validation, selected on)",
                "95 % interval",
                "ms per picture",
                "bundle MB",
                "memory MB"));
    for (Entry entry : ranking) {
      Evaluation evaluation = entry.validation().evaluation();
      table.add(
          List.of(
              entry.backbone(),
              entry.layer(),
              Integer.toString(entry.features()),
              decimal(100 * evaluation.accuracy()) + " %",
              evaluation.accuracyInterval().toString(),
              decimal(entry.timePerPicture().toNanos() / 1e6),
              decimal(entry.bytes() / 1e6),
              decimal((entry.bytes() + entry.workingBytes()) / 1e6)));
    }
    return table;
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** Returns the ranking as a Markdown table. */
  public String toMarkdown() {
    return table().toMarkdown();
  }

  /** Returns the ranking as JSON text; {@code docs/evaluation.md} describes the fields. */
  public String toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("pictures", images.size()).put("folds", folds).put("seed", seed);
    json.put("accuracyIs", "validation, selected on");
    ArrayNode entries = json.putArray("ranking");
    for (Entry entry : ranking) {
      Evaluation evaluation = entry.validation().evaluation();
      Interval interval = evaluation.accuracyInterval();
      ObjectNode node = entries.addObject();
      node.put("backbone", entry.backbone()).put("layer", entry.layer());
      node.put("features", entry.features()).put("accuracy", evaluation.accuracy());
      node.putArray("accuracyInterval95").add(interval.low()).add(interval.high());
      ArrayNode each = node.putArray("foldAccuracies");
      Arrays.stream(entry.validation().accuracies()).forEach(each::add);
      node.put("secondsPerPicture", entry.timePerPicture().toNanos() / 1e9);
      node.put("bytes", entry.bytes()).put("workingBytes", entry.workingBytes());
    }
    return PrettyJson.text(json);
  }

  /**
   * Draws accuracy over time per picture, one point for each entry with its 95 % interval: what
   * lies above and to the left is better.
   *
   * @param file ends in {@code .png} or {@code .svg}; replaced if it exists
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if the ending is another
   * @throws IllegalStateException if there is no entry yet
   */
  public void chart(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    if (ranking.isEmpty()) {
      throw new IllegalStateException("A tournament without entries has no picture.");
    }
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(Math.max(HEIGHT, LEGEND_ROW * (ranking.size() + 2)))
            .title("Accuracy and time")
            .xAxisTitle("ms per picture")
            .yAxisTitle("accuracy, % (validation, selected on)")
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    chart.getStyler().setXAxisMin(0.0);
    chart.getStyler().setYAxisDecimalPattern("0.#").setXAxisDecimalPattern("0.#");
    for (int i = 0; i < ranking.size(); i++) {
      Entry entry = ranking.get(i);
      Interval interval = entry.validation().evaluation().accuracyInterval();
      double[] time = {entry.timePerPicture().toNanos() / 1e6};
      double[] accuracy = {100 * entry.validation().evaluation().accuracy()};
      double[] middle = {50 * (interval.low() + interval.high())};
      double[] half = {50 * (interval.high() - interval.low())};
      // Names are unique in a chart; the same backbone may enter with several layers.
      String name = (i + 1) + ". " + entry.backbone() + ", " + entry.layer();
      // An interval does not lie evenly around its accuracy, a chart's error bars do around theirs.
      XYSeries bars = chart.addSeries(name + ", interval", time, middle, half);
      bars.setMarker(SeriesMarkers.NONE);
      bars.setShowInLegend(false);
      XYSeries point = chart.addSeries(name, time, accuracy);
      point.setMarker(SeriesMarkers.CIRCLE);
      point.setMarkerColor(ChartFile.color(i, ranking.size()));
    }
    ChartFile.write(chart, file);
  }

  /** Returns the ranking as a table of text. */
  @Override
  public String toString() {
    return table().toString();
  }
}
