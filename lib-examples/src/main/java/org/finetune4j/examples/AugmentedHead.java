package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuneStage;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.progress.Progress;
import org.finetune4j.train.log.TrainingListener;

/**
 * The same dense head twice: on features that were saved once, and end to end behind the frozen
 * backbone on photos that are changed anew in every epoch (the book "Deep Learning with Python",
 * section 5.3, the second way). A small MobileNetV2 keeps the second way short. Epochs are chosen
 * on a fifth of {@code train}; {@code validation} is only tested on.
 */
public final class AugmentedHead {
  private static final int EPOCHS = 10;

  private final ExampleOptions options;
  private final ImageDataset train;
  private final ImageDataset test;
  private final Map<String, Evaluation> results = new LinkedHashMap<>();

  private AugmentedHead(ExampleOptions options) throws IOException {
    this.options = options;
    CatsAndDogs photos = CatsAndDogs.load(options);
    this.train = photos.train();
    this.test = photos.test();
  }

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "One head on saved features, and end to end with augmentation.\n" + CatsAndDogs.LAYOUT,
            Path.of("target", "augmented-head"))
        .run(arguments, options -> new AugmentedHead(options).run());
  }

  private void run() throws IOException {
    DatasetSplit parts = train.split(0.8, 0.2, 42);
    DatasetSplit split = new DatasetSplit(parts.train(), parts.validation(), test);
    int side = options.quick() ? 64 : 224;
    try (PretrainedBackbone backbone =
        options.backbone(Architecture.MOBILENET_V2).alpha(0.35).inputSize(side, side).build()) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone)
              .cache(options.out().resolve("features"))
              .progress(Progress.console())
              .build();
      savedFeatures(extractor, split);
      endToEnd(extractor, split);
    }
    System.out.printf("%n%-32s %s%n", "On " + test.size() + " test photos", "accuracy (95 %)");
    results.forEach((name, result) -> System.out.printf("%-32s %s%n", name, Percent.of(result)));
  }

  private DenseHead.Builder head() {
    return ClassifierHead.builder()
        .hidden(256)
        .dropout(0.5)
        .sigmoid()
        .optimizer(Optimizer.adam(1e-3))
        .epochs(options.quick() ? 1 : EPOCHS)
        .seed(42)
        .keepBestEpoch();
  }

  /** The backbone looks at each photo once; an epoch is then a matter of a second. */
  private void savedFeatures(FeatureExtractor extractor, DatasetSplit split) throws IOException {
    TrainedHead head =
        head().build().fit(extractor.extract(split.train()), extractor.extract(split.validation()));
    Curves.draw(head.history(), options.out(), "saved-features");
    results.put("saved features", head.evaluate(extractor.extract(split.test())));
  }

  /** The head has not learned yet. That is no danger, since nothing else learns. */
  private void endToEnd(FeatureExtractor extractor, DatasetSplit split) throws IOException {
    FineTuneResult result =
        FineTuner.builder(extractor, head().build().untrained(extractor, train.labels()))
            .stages(FineTuneStage.head())
            .augmentation(Augmentation.standard())
            .optimizer(Optimizer.adam(1e-3))
            .epochs(options.quick() ? 1 : EPOCHS)
            .seed(42)
            .keepBestEpoch()
            .listener(TrainingListener.console())
            .build()
            .fit(split.train(), split.validation());
    Curves.draw(result.history(), options.out(), "end-to-end");
    try (ImageClassifier classifier = result.classifier()) {
      Evaluation evaluation = classifier.evaluate(split.test());
      results.put("end to end, photos changed anew", evaluation);
      Path page = options.out().resolve("report.html");
      Report.write(page, "A head, end to end", split, result, classifier, evaluation);
    }
  }
}
