package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.BackboneBuilder;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.preprocess.ChannelOrder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.progress.Progress;
import org.finetune4j.train.log.TrainingListener;

/**
 * Cats against dogs on a folder of photos, three ways: a linear head on frozen features, the dense
 * head of the book "Deep Learning with Python" (section 5.3), and a fine-tuned last block.
 * Everything is chosen on parts of {@code train}; {@code validation} is only tested on.
 */
public final class CatsVsDogs {
  private static final String WRONG = "--wrong-preprocessing";

  private final ExampleOptions options;
  private final ImageDataset train;
  private final ImageDataset test;
  private final Map<String, Evaluation> results = new LinkedHashMap<>();

  private CatsVsDogs(ExampleOptions options) throws IOException {
    this.options = options;
    CatsAndDogs photos = CatsAndDogs.load(options);
    this.train = photos.train();
    this.test = photos.test();
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Cats against dogs: a linear head, the book's dense head and fine-tuning on"
                + " ResNet50.\n"
                + CatsAndDogs.LAYOUT,
            Path.of("target", "cats-vs-dogs"))
        .flag(WRONG, "also what it costs to feed RGB / 255 to weights that want otherwise")
        .run(arguments, options -> new CatsVsDogs(options).run());
  }

  private void run() throws IOException {
    System.out.println("train " + train + ", test " + test);
    try (PretrainedBackbone backbone = backbone().build()) {
      FeatureExtractor extractor = extractor(backbone);
      linearHead("frozen features, logistic head", extractor);
      DatasetSplit split = train.split(0.8, 0.2, 42);
      denseHead(extractor, split);
      fineTuning(extractor, split);
    }
    if (options.has(WRONG)) {
      // The network computes what it always does, on numbers it has never seen the like of.
      List<Float> scale = List.of(1 / 255f, 1 / 255f, 1 / 255f);
      Preprocessing rgb = Preprocessing.of(ChannelOrder.RGB, List.of(0f, 0f, 0f), scale);
      try (PretrainedBackbone backbone = backbone().preprocessing(rgb).build()) {
        linearHead("the same with RGB / 255", extractor(backbone));
      }
    }
    System.out.printf("%n%-36s %s%n", "On " + test.size() + " test photos", "accuracy (95 %)");
    results.forEach((name, result) -> System.out.printf("%-36s %s%n", name, Percent.of(result)));
  }

  private void result(String name, Evaluation evaluation) {
    System.out.println(name + ": " + Percent.of(evaluation));
    results.put(name, evaluation);
  }

  private BackboneBuilder backbone() throws IOException {
    int side = options.quick() ? 64 : 224;
    return options.backbone(Architecture.RESNET50).inputSize(side, side);
  }

  private FeatureExtractor extractor(PretrainedBackbone backbone) {
    return FeatureExtractor.builder(backbone)
        .cache(options.out().resolve("features"))
        .progress(Progress.console())
        .build();
  }

  /** All of train; five-fold cross-validation inside it chooses the penalty. */
  private void linearHead(String name, FeatureExtractor extractor) throws IOException {
    TrainedHead head = ClassifierHead.logisticRegression().build().fit(extractor.extract(train));
    head.selection().ifPresent(System.out::println);
    result(name, head.evaluate(extractor.extract(test)));
  }

  /** Figure 5.14 and 5.15 of the book, with a fifth of train to watch. */
  private void denseHead(FeatureExtractor extractor, DatasetSplit split) throws IOException {
    FeatureSet learned = extractor.extract(split.train());
    FeatureSet watched = extractor.extract(split.validation());
    TrainedHead head =
        ClassifierHead.builder()
            .hidden(256)
            .dropout(0.5)
            .sigmoid()
            .optimizer(Optimizer.rmsProp(2e-5))
            .batchSize(20)
            .epochs(options.quick() ? 2 : 30)
            .seed(42)
            .build()
            .fit(learned, watched);
    Curves.draw(head.history(), options.out(), "dense-head");
    result("frozen features, dense head", head.evaluate(extractor.extract(test)));
  }

  /** The last block learns too, on pictures that are turned, shifted and zoomed anew each epoch. */
  private void fineTuning(FeatureExtractor extractor, DatasetSplit split) throws IOException {
    TrainedHead start =
        ClassifierHead.logisticRegression()
            .build()
            .fit(extractor.extract(split.train()), extractor.extract(split.validation()));
    FineTuneResult tuned =
        FineTuner.builder(extractor, start)
            .unfreezeFrom("conv5_block3_1_conv")
            .augmentation(Augmentation.standard())
            .optimizer(Optimizer.rmsProp(1e-5))
            .batchSize(20)
            .epochs(options.quick() ? 1 : 3)
            .seed(42)
            .keepBestEpoch()
            .listener(TrainingListener.console())
            .build()
            .fit(split.train(), split.validation());
    Curves.draw(tuned.history(), options.out(), "fine-tuning");
    try (ImageClassifier classifier = tuned.classifier()) {
      Evaluation evaluation = classifier.evaluate(test);
      result("fine-tuned from conv5_block3_1_conv", evaluation);
      Path page = options.out().resolve("report.html");
      DatasetSplit parts = new DatasetSplit(split.train(), split.validation(), test);
      Report.write(page, "Cats against dogs, fine-tuned", parts, tuned, classifier, evaluation);
      classifier.save(options.out().resolve("cats-vs-dogs.zip"));
    }
  }
}
