package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.BackboneBuilder;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.CifarReader;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.evaluate.TagEvaluation;
import org.finetune4j.evaluate.Thresholds;
import org.finetune4j.evaluate.chart.TagCharts;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.optimize.Loss;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.progress.Progress;
import org.finetune4j.report.TrainingReport;
import org.finetune4j.target.Labels;
import org.finetune4j.target.Target;
import org.finetune4j.target.Task;
import org.finetune4j.train.log.TrainingListener;

/**
 * Several tags per picture: collages of two by two real pictures (photos of cats and dogs, the
 * other classes from CIFAR-10; some places stay empty), and the question which are in them. No
 * picture is in two parts: those to learn from and to choose on come from {@code train}, those to
 * test on from {@code validation} and CIFAR's test batch.
 */
public final class CollageTags {
  private static final String CIFAR = "--cifar";
  private static final String CSV = "--csv";
  private static final int TILE = 112;
  private static final double EMPTY = 0.3;
  private static final Task TAGS = new Task.Tags(CifarReader.LABELS);

  private final ExampleOptions options;
  private final Map<String, TagEvaluation> results = new LinkedHashMap<>();
  private final ImageDataset train;
  private final ImageDataset validation;
  private final ImageDataset test;

  private CollageTags(ExampleOptions options) throws IOException {
    this.options = options;
    Path cifar = options.folder(options.path(CIFAR), ExampleData.CIFAR10);
    CatsAndDogs photos = CatsAndDogs.load(options);
    int size = options.quick() ? 1 : 25;
    List<List<LabeledImage>> learned =
        tiles(photos.train(), CifarReader.train(cifar, options.quick() ? 40 : 10_000));
    // What could be alike in two collages is a tile: those to choose on are made of their own.
    List<List<LabeledImage>> chosenOn = held(learned);
    this.train = collages(learned, 60 * size, 1);
    this.validation = collages(chosenOn, 16 * size, 2);
    this.test = collages(tiles(photos.test(), CifarReader.test(cifar)), 24 * size, 3);
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Tags: which of ten classes are in a collage of four pictures?\n" + CatsAndDogs.LAYOUT,
            Path.of("target", "collage-tags"))
        .file(CIFAR, "the folder of CIFAR-10's sheets (default: they are fetched)")
        .flag(CSV, "also writes the features as text, for other libraries")
        .run(arguments, options -> new CollageTags(options).run());
  }

  private void run() throws IOException {
    System.out.println("train " + train + "\ntest " + test);
    try (PretrainedBackbone backbone = backbone().build()) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone).progress(Progress.console()).build();
      FeatureSet learned = extractor.extract(train);
      FeatureSet chosen = extractor.extract(validation);
      FeatureSet tested = extractor.extract(test);
      if (options.has(CSV)) {
        FeatureCsv.write(learned, options.out().resolve("train.csv"));
        FeatureCsv.write(tested, options.out().resolve("test.csv"));
      }
      TrainedHead linear = ClassifierHead.logisticRegression().build().fit(learned);
      linear.selection().ifPresent(System.out::println);
      results.put("logistic regression per tag", linear.evaluateTags(tested));
      Thresholds best = Thresholds.bestF1(linear.evaluateTags(chosen));
      results.put("the same, thresholds of best F1", linear.evaluateTags(tested).at(best));
      results.put("dense head", dense(Loss.crossEntropy(), learned, chosen).evaluateTags(tested));
      results.put(
          "dense head, focal loss", dense(Loss.focal(2), learned, chosen).evaluateTags(tested));
      fineTuned(extractor, linear);
    }
    System.out.printf(
        "%n%-34s %-6s %-9s %-9s %s%n",
        "On " + test.size() + " collages", "mAP", "micro F1", "macro F1", "all tags right");
    results.forEach((name, result) -> System.out.println(row(name, result)));
  }

  private BackboneBuilder backbone() throws IOException {
    int side = options.quick() ? 96 : 2 * TILE;
    return options.backbone(Architecture.MOBILENET_V2).alpha(0.35).inputSize(side, side);
  }

  private TrainedHead dense(Loss loss, FeatureSet learned, FeatureSet watched) {
    return ClassifierHead.builder()
        .hidden(256)
        .dropout(0.5)
        .loss(loss)
        .optimizer(Optimizer.adam(5e-4))
        .epochs(options.quick() ? 2 : 40)
        .keepBestEpoch()
        .seed(42)
        .build()
        .fit(learned, watched);
  }

  /** The last blocks learn too; thresholds are chosen on collages that nothing was learned from. */
  private void fineTuned(FeatureExtractor extractor, TrainedHead start) throws IOException {
    FineTuneResult tuned =
        FineTuner.builder(extractor, start)
            .unfreezeFrom("block_11_expand")
            .optimizer(Optimizer.adam(1e-4))
            .epochs(options.quick() ? 1 : 6)
            .keepBestEpoch()
            .seed(42)
            .listener(TrainingListener.console())
            .build()
            .fit(train, validation);
    try (ImageTagger tagger = tuned.tagger()) {
      ImageTagger chosen = tagger.withThresholds(Thresholds.bestF1(tagger.evaluate(validation)));
      TagEvaluation evaluation = chosen.evaluate(test);
      results.put("fine-tuned, thresholds of best F1", evaluation);
      System.out.println(evaluation);
      TagCharts.of(evaluation).precisionRecall(options.out().resolve("precision-recall.png"));
      evaluation
          .mistakeSheet(test, ImageDecoder.standard(), 12)
          .orElseThrow()
          .save(options.out().resolve("mistakes.png"));
      chosen.save(options.out().resolve("collages.zip"));
      TrainingReport.titled("What is in the collages")
          .data(new DatasetSplit(train, validation, test))
          .training(tuned)
          .classifier(chosen)
          .evaluation(evaluation, test)
          .save(options.out().resolve("report.html"));
    }
    try (ImageTagger loaded = ImageTagger.load(options.out().resolve("collages.zip"))) {
      System.out.println(
          "The first collage has "
              + TAGS.describe(test.get(0).target())
              + "; found: "
              + loaded.predict(test.get(0).decode(ImageDecoder.standard())));
    }
  }

  private static String row(String name, TagEvaluation result) {
    return String.format(
        Locale.ROOT,
        "%-34s %.3f  %.3f     %.3f     %.1f %%",
        name,
        result.meanAveragePrecision(),
        result.microAverage().f1(),
        result.macroAverage().f1(),
        100 * result.subsetAccuracy());
  }

  /** Returns pictures by class: photos of cats and dogs, the others of CIFAR-10. */
  private static List<List<LabeledImage>> tiles(ImageDataset photos, ImageDataset cifar) {
    List<List<LabeledImage>> tiles = new ArrayList<>();
    for (String name : TAGS.labels().names()) {
      ImageDataset source = photos.labels().contains(name + "s") ? photos : cifar;
      String label = source == photos ? name + "s" : name;
      tiles.add(source.filter(Labels.of(label)).images());
    }
    return tiles;
  }

  /** Takes the last fifth of every class out, for the collages to choose on. */
  private static List<List<LabeledImage>> held(List<List<LabeledImage>> tiles) {
    List<List<LabeledImage>> held = new ArrayList<>();
    for (int i = 0; i < tiles.size(); i++) {
      List<LabeledImage> all = tiles.get(i);
      int first = all.size() * 4 / 5;
      held.add(all.subList(first, all.size()));
      tiles.set(i, all.subList(0, first));
    }
    return held;
  }

  private static ImageDataset collages(List<List<LabeledImage>> tiles, int count, long seed)
      throws IOException {
    Random random = new Random(seed);
    List<LabeledImage> collages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] rgb = new byte[3 * 4 * TILE * TILE];
      TreeSet<Integer> tags = new TreeSet<>();
      for (int place = 0; place < 4; place++) {
        int tag = random.nextInt(tiles.size());
        List<LabeledImage> pictures = tiles.get(tag);
        if (random.nextDouble() >= EMPTY && !pictures.isEmpty()) {
          tags.add(tag);
          put(pictures.get(random.nextInt(pictures.size())), rgb, place);
        }
      }
      byte[] jpeg = ImageEncoder.jpeg(Image.of(2 * TILE, 2 * TILE, rgb), 0.9);
      Target target = new Target.Tags(List.copyOf(tags));
      collages.add(LabeledImage.of("collage-" + seed + "-" + i, jpeg, target));
    }
    return ImageDataset.of(TAGS, collages);
  }

  private static void put(LabeledImage picture, byte[] rgb, int place) throws IOException {
    Image tile =
        Resize.squash(
                picture.decode(ImageDecoder.standard()),
                ImageSize.square(TILE),
                Interpolation.BICUBIC)
            .toRgb();
    byte[] samples = tile.rgb();
    int start = 3 * (place / 2 * TILE * 2 * TILE + place % 2 * TILE);
    for (int y = 0; y < TILE; y++) {
      System.arraycopy(samples, 3 * y * TILE, rgb, start + 3 * y * 2 * TILE, 3 * TILE);
    }
  }
}
