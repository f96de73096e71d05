package org.finetune4j.examples;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.finetune4j.augment.Affine;
import org.finetune4j.augment.FillMode;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.BackboneBuilder;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.evaluate.RegressionEvaluation;
import org.finetune4j.evaluate.chart.RegressionCharts;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Crop;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.model.ImageRegressor;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.finetune4j.progress.Progress;
import org.finetune4j.report.TrainingReport;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Target;
import org.finetune4j.target.Task;
import org.finetune4j.train.log.TrainingListener;

/**
 * Numbers from pictures: how full a bin is that is drawn in front of a real photo, and by how many
 * degrees a real photo is turned. A ridge regression on frozen features, then a fine-tuned network.
 * Flips would change both answers or the picture's sense, so there is no augmentation.
 */
public final class FillLevel {
  private static final String CSV = "--csv";
  private static final int SIDE = 224;

  /** So large that a photo turned by 45 degrees still covers the middle. */
  private static final int TURNED = 318;

  private static final Task FILL = Task.numbers(new Quantity("fill", "%"));
  private static final Task ANGLE = Task.numbers(new Quantity("angle", "degrees"));

  /** A picture with the number that belongs to it. */
  private record Made(Image image, double number) {}

  private interface Maker {
    Made make(Image photo, Random random);
  }

  private final ExampleOptions options;
  private final CatsAndDogs photos;
  private final Map<String, RegressionEvaluation> results = new LinkedHashMap<>();

  private FillLevel(ExampleOptions options) throws IOException {
    this.options = options;
    this.photos = CatsAndDogs.load(options);
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Numbers: how full is the bin, and how far is the photo turned?\n" + CatsAndDogs.LAYOUT,
            Path.of("target", "fill-level"))
        .flag(CSV, "also writes the features as text, for other libraries")
        .run(arguments, options -> new FillLevel(options).run());
  }

  private void run() throws IOException {
    try (PretrainedBackbone backbone = backbone().build()) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone).progress(Progress.console()).build();
      learn("fill", FILL, FillLevel::bin, extractor);
      learn("angle", ANGLE, FillLevel::turned, extractor);
    }
    System.out.printf("%n%-24s %s%n", "", "on pictures of other photos");
    results.forEach((name, it) -> System.out.printf("%-24s %s%n", name, it.metrics().get(0)));
  }

  private BackboneBuilder backbone() throws IOException {
    int side = options.quick() ? 96 : SIDE;
    return options.backbone(Architecture.MOBILENET_V2).alpha(0.35).inputSize(side, side);
  }

  private void learn(String name, Task task, Maker maker, FeatureExtractor extractor)
      throws IOException {
    ImageDataset all = made(photos.train(), task, maker, options.quick() ? 40 : 1500);
    DatasetSplit split = all.split(0.8, 42);
    ImageDataset test = made(photos.test(), task, maker, options.quick() ? 20 : 500);
    System.out.println(name + ": " + split + "; tested on " + test.size());
    FeatureSet learned = extractor.extract(split.train());
    FeatureSet tested = extractor.extract(test);
    if (options.has(CSV)) {
      FeatureCsv.write(learned, options.out().resolve(name + "-train.csv"));
      FeatureCsv.write(tested, options.out().resolve(name + "-test.csv"));
    }
    TrainedHead ridge = ClassifierHead.ridgeRegression().build().fit(learned);
    ridge.selection().ifPresent(System.out::println);
    results.put(name + ", ridge regression", ridge.evaluateNumbers(tested));
    FineTuneResult tuned =
        FineTuner.builder(extractor, ridge)
            .unfreezeFrom("block_6_expand")
            .optimizer(Optimizer.adam(3e-4))
            .epochs(options.quick() ? 1 : 8)
            .keepBestEpoch()
            .seed(42)
            .listener(TrainingListener.console())
            .build()
            .fit(split.train(), split.validation());
    try (ImageRegressor regressor = tuned.regressor()) {
      RegressionEvaluation evaluation = regressor.evaluate(test);
      results.put(name + ", fine-tuned", evaluation);
      RegressionCharts charts = RegressionCharts.of(evaluation);
      charts.predictedAgainstTrue(name, options.out().resolve(name + ".png"));
      charts.residuals(name, options.out().resolve(name + "-residuals.png"));
      evaluation
          .mistakeSheet(name, test, ImageDecoder.standard(), 12)
          .orElseThrow()
          .save(options.out().resolve(name + "-worst.png"));
      regressor.save(options.out().resolve(name + ".zip"));
      TrainingReport.titled("A number of each picture: " + name)
          .data(new DatasetSplit(split.train(), split.validation(), test))
          .training(tuned)
          .classifier(regressor)
          .evaluation(evaluation, test)
          .save(options.out().resolve(name + "-report.html"));
    }
  }

  private static ImageDataset made(ImageDataset photos, Task task, Maker maker, int most)
      throws IOException {
    Random random = new Random(photos.size());
    List<LabeledImage> made = new ArrayList<>();
    ImageDataset some =
        photos.size() > most ? photos.split((double) most / photos.size(), 7).train() : photos;
    for (LabeledImage photo : some.images()) {
      Made one = maker.make(photo.decode(ImageDecoder.standard()).toRgb(), random);
      byte[] jpeg = ImageEncoder.jpeg(one.image, 0.9);
      made.add(LabeledImage.of(photo.name(), jpeg, Target.numbers(one.number)));
    }
    return ImageDataset.of(task, made);
  }

  /** Draws a bin of any size, place and color, filled with grains up to a level. */
  private static Made bin(Image photo, Random random) {
    double fill = 100 * random.nextDouble();
    BufferedImage picture =
        ImageEncoder.toBufferedImage(
            Resize.squash(photo, ImageSize.square(SIDE), Interpolation.BICUBIC));
    int width = 60 + random.nextInt(60);
    int height = 90 + random.nextInt(90);
    int left = 5 + random.nextInt(SIDE - width - 10);
    int top = 5 + random.nextInt(SIDE - height - 10);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(new Color(0, 0, 0, 110 + random.nextInt(100)));
    pen.fillRect(left, top, width, height);
    int high = (int) Math.round(height * fill / 100);
    float hue = random.nextFloat();
    for (int y = top + height - high; y < top + height; y += 4) {
      for (int x = left; x < left + width; x += 4) {
        pen.setColor(Color.getHSBColor(hue, 0.6f, 0.4f + 0.6f * random.nextFloat()));
        pen.fillRect(x, y, Math.min(4, left + width - x), Math.min(4, top + height - y));
      }
    }
    pen.setColor(Color.getHSBColor(random.nextFloat(), 0.3f, 0.8f));
    for (int wall = 0; wall < 4; wall++) {
      pen.drawRect(left - wall, top - wall, width + 2 * wall, height + 2 * wall);
    }
    pen.dispose();
    return new Made(ImageEncoder.toImage(picture), fill);
  }

  /** Turns a photo by up to 45 degrees; no corner of what is left shows by how far. */
  private static Made turned(Image photo, Random random) {
    double angle = 90 * random.nextDouble() - 45;
    Image large = Resize.squash(photo, ImageSize.square(TURNED), Interpolation.BICUBIC);
    Image turned =
        new Affine(angle, 0, 0, 0, 1, 1).apply(large, FillMode.NEAREST, 0, Interpolation.BILINEAR);
    return new Made(Crop.center(turned, ImageSize.square(SIDE)), angle);
  }
}
