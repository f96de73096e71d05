package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.BackboneBuilder;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.doctor.DataDoctor;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.progress.Progress;
import org.finetune4j.train.log.LearningRateSweep;

/**
 * Five ways in which a training fails without an error, each on purpose and each put right. All
 * figures are of a fifth of {@code train} that is not learned from; nothing is tested. Each
 * training leaves a page, so that what went wrong can be laid beside what was put right.
 */
public final class WhenItGoesWrong {
  private static final String UNFROZEN = "block_13_expand";

  private final ExampleOptions options;
  private final DatasetSplit split;
  private final List<String> table = new ArrayList<>();

  private WhenItGoesWrong(ExampleOptions options) throws IOException {
    this.options = options;
    this.split = CatsAndDogs.load(options).train().split(0.8, 0.2, 42);
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Five failures, each shown and put right.\n" + CatsAndDogs.LAYOUT,
            Path.of("target", "when-it-goes-wrong"))
        .run(arguments, options -> new WhenItGoesWrong(options).run());
  }

  private void run() throws IOException {
    try (PretrainedBackbone backbone = backbone().build()) {
      FeatureExtractor extractor = extractor(backbone);
      wrongPreprocessing(extractor);
      leak(extractor);
      batchNormalisation(extractor);
      untrainedHead(extractor);
      learningRate(extractor);
    }
    System.out.printf("%n%-24s %-26s %s%n", "", "gone wrong", "put right");
    table.forEach(System.out::println);
  }

  private BackboneBuilder backbone() throws IOException {
    int side = options.quick() ? 64 : 128;
    return options.backbone(Architecture.MOBILENET_V2).alpha(0.35).inputSize(side, side);
  }

  private FeatureExtractor extractor(PretrainedBackbone backbone) {
    return FeatureExtractor.builder(backbone)
        .cache(options.out().resolve("features"))
        .progress(Progress.console())
        .build();
  }

  private void row(String failure, Evaluation wrong, Evaluation right) {
    table.add(
        String.format(
            Locale.ROOT, "%-24s %-26s %s", failure, Percent.of(wrong), Percent.of(right)));
    System.out.println(table.get(table.size() - 1));
  }

  private TrainedHead linear(FeatureExtractor extractor, DatasetSplit photos) throws IOException {
    return ClassifierHead.logisticRegression()
        .build()
        .fit(extractor.extract(photos.train()), extractor.extract(photos.validation()));
  }

  private Evaluation linearResult(String title, FeatureExtractor extractor, DatasetSplit photos)
      throws IOException {
    return result(title, linear(extractor, photos), extractor, photos);
  }

  private Evaluation result(
      String title, TrainedHead head, FeatureExtractor extractor, DatasetSplit photos)
      throws IOException {
    Evaluation evaluation = head.evaluate(extractor.extract(photos.validation()));
    Report.write(page(title), title, photos, head, extractor, evaluation);
    return evaluation;
  }

  private Path page(String title) {
    return options.out().resolve(Report.fileName(title) + ".html");
  }

  /** ResNet50's recipe, BGR minus a mean, in front of a network that wants RGB from -1 to 1. */
  private void wrongPreprocessing(FeatureExtractor extractor) throws IOException {
    try (PretrainedBackbone wrong = backbone().preprocessing(Preprocessing.CAFFE).build()) {
      row(
          "wrong preprocessing",
          linearResult("Preprocessing: wrong", extractor(wrong), split),
          linearResult("Preprocessing: right", extractor, split));
    }
  }

  /**
   * Two photos of each moment, and a label that a coin decided: there is nothing to learn. Where
   * the one is learned from and the other is asked for, memory looks like knowledge.
   */
  private void leak(FeatureExtractor extractor) throws IOException {
    Random coin = new Random(42);
    List<LabeledImage> burst = new ArrayList<>();
    for (LabeledImage photo : split.train().split(0.25, 42).train().images()) {
      Image first = photo.decode(ImageDecoder.standard());
      Image second = Augmentation.light().apply(first, 42, 0, burst.size());
      int label = coin.nextInt(2);
      burst.add(LabeledImage.of(photo.name() + "_1", first, label));
      burst.add(LabeledImage.of(photo.name() + "_2", second, label));
    }
    ImageDataset photos = ImageDataset.of(split.train().labels(), burst);
    DatasetSplit leaking = photos.split(0.7, 0.3, 42);
    DatasetSplit grouped =
        photos.groupedBy(photo -> photo.name().replaceFirst("_.$", "")).split(0.7, 0.3, 42);
    row(
        "a leak",
        linearResult("A leak: wrong", extractor, leaking),
        linearResult("A leak: right", extractor, grouped));
    System.out.println("The doctor, asked about the leaking split:");
    System.out.println(DataDoctor.builder().features(extractor).build().examine(leaking));
  }

  /**
   * Two photos say little about mean and deviation; the backbone learned them from a million. What
   * the network answers while it learns shows it. A quarter of the photos is enough: steps of two
   * take long.
   */
  private void batchNormalisation(FeatureExtractor extractor) throws IOException {
    FineTuner.Builder tuner =
        FineTuner.builder(extractor, linear(extractor, split))
            .optimizer(Optimizer.adam(1e-5))
            .batchSize(2);
    ImageDataset quarter = split.train().split(0.25, 42).train();
    DatasetSplit few = new DatasetSplit(quarter, split.validation(), split.test());
    row(
        "statistics of two photos",
        tuned("Statistics: wrong", tuner.batchNorm(BatchNormPolicy.BATCH_STATISTICS), few),
        tuned("Statistics: right", tuner.batchNorm(BatchNormPolicy.FROZEN_STATISTICS), few));
  }

  /** At a rate that is right for the backbone, a head of random weights has not even begun. */
  private void untrainedHead(FeatureExtractor extractor) throws IOException {
    DenseHead head = ClassifierHead.builder().seed(42).epochs(options.quick() ? 1 : 20).build();
    FeatureSet features = extractor.extract(split.train());
    Optimizer slow = Optimizer.adam(1e-5);
    row(
        "an untrained head",
        tuned(
            "The head: wrong",
            FineTuner.builder(extractor, head.untrained(extractor, split.train().labels()))
                .allowUntrainedHead()
                .optimizer(slow),
            split),
        tuned(
            "The head: right",
            FineTuner.builder(extractor, head.fit(features)).optimizer(slow),
            split));
  }

  private Evaluation tuned(String title, FineTuner.Builder tuner, DatasetSplit photos)
      throws IOException {
    FineTuneResult result =
        tuner
            .unfreezeFrom(UNFROZEN)
            .epochs(1)
            .seed(42)
            .build()
            .fit(photos.train(), photos.validation());
    result.warnings().forEach(warning -> System.out.println("Warning: " + warning));
    System.out.println(title + ": " + result.history());
    try (ImageClassifier classifier = result.classifier()) {
      Evaluation evaluation = classifier.evaluate(photos.validation());
      Report.write(page(title), title, photos, result, classifier, evaluation);
      return evaluation;
    }
  }

  /** Steps so long that they jump over every valley; the sweep finds a length that does not. */
  private void learningRate(FeatureExtractor extractor) throws IOException {
    FeatureSet train = extractor.extract(split.train());
    FeatureSet validation = extractor.extract(split.validation());
    DenseHead.Builder head = ClassifierHead.builder().hidden(64).seed(42).epochs(3);
    LearningRateSweep sweep = head.build().findLearningRate(train);
    sweep.write(options.out().resolve("learning-rate.png"));
    double found = sweep.valley();
    System.out.println("The sweep suggests a learning rate of " + found + ".");
    Curves.sweep(sweep, options.out().resolve("learning-rate.csv"));
    TrainedHead wrong = head.optimizer(Optimizer.adam(1)).build().fit(train, validation);
    TrainedHead right = head.optimizer(Optimizer.adam(found)).build().fit(train, validation);
    System.out.println("At a rate of 1: " + wrong.history());
    System.out.println("At the rate found: " + right.history());
    row(
        "a learning rate too high",
        result("Learning rate: wrong", wrong, extractor, split),
        result("Learning rate: right", right, extractor, split));
  }
}
