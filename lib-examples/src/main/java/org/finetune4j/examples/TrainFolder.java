package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.doctor.DataDoctor;
import org.finetune4j.doctor.DataReport;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.progress.Progress;
import org.finetune4j.report.TrainingReport;

/**
 * Your own photos in a minute: a folder with one folder of photos per kind becomes a file that
 * tells them apart, and a page that says how well.
 */
public final class TrainFolder {
  private static final int QUICK = 60;

  private TrainFolder() {}

  /** Runs the program; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Learns to tell your photos apart. Sort them into folders, one per kind, and give the"
                + " folder\nthat holds these:  TrainFolder my-photos",
            Path.of("target", "train-folder"))
        .run(arguments, TrainFolder::run);
  }

  private static void run(ExampleOptions options) throws IOException {
    Path folder = options.requiredData("your photos lie, one folder per kind");

    // What cannot be opened is left out and named; the rest is shared out with equal shares of each
    // kind.
    ImageDataset photos = ImageDataset.fromDirectory(folder).readable(ImageDecoder.standard());
    if (options.quick() && photos.size() > QUICK) {
      photos = photos.split((double) QUICK / photos.size(), 42).train();
    }
    DatasetSplit split = photos.split(0.7, 0.15, 42);
    System.out.printf(
        Locale.ROOT,
        "%,d photos of %d kinds: %s%n%,d are learned from, %,d help to choose, %,d are kept for the test.%n",
        photos.size(),
        photos.labels().size(),
        String.join(", ", photos.labels().names()),
        split.train().size(),
        split.validation().size(),
        split.test().size());
    photos.skipped().forEach(file -> System.out.println("Left out: " + file.explanation()));
    split.warnings().forEach(warning -> System.out.println("Look at this: " + warning));

    int side = options.quick() ? 64 : 224;
    try (PretrainedBackbone backbone =
        options.backbone(Architecture.RESNET50).inputSize(side, side).build()) {
      // A network that has seen a million photos says in 2,048 numbers what it sees in each of
      // yours.
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone)
              .cache(options.out().resolve("features"))
              .progress(Progress.console())
              .build();
      // What is odd about the photos themselves: the same one twice, blurred ones, wrong folders.
      DataReport odd = DataDoctor.builder().features(extractor).build().examine(split);
      if (!odd.findings().isEmpty()) {
        Path photosPage = options.out().resolve("photos.html");
        odd.saveHtml(photosPage);
        System.out.printf("%n%s%nAll of it, with thumbnails: %s%n%n", odd, photosPage);
      }

      // A small layer learns which of these numbers speak for which kind.
      TrainedHead head =
          ClassifierHead.logisticRegression()
              .build()
              .fit(extractor.extract(split.train()), extractor.extract(split.validation()));

      Path file = options.out().resolve("classifier.zip");
      Path page = options.out().resolve("report.html");
      try (ImageClassifier classifier = head.classifier(extractor)) {
        Evaluation evaluation = classifier.evaluate(split.test());
        classifier.save(file);
        TrainingReport.titled("Photos in " + folder.toAbsolutePath().getFileName())
            .data(split)
            .training(head)
            .classifier(classifier)
            .evaluation(evaluation, split.test())
            .save(page);
        System.out.printf(
            "%nOf %d photos it had never seen, it got %s right.%n",
            evaluation.size(), Percent.of(evaluation));
      }
      System.out.printf(
          "The classifier: %s%nHow well it does, and where it errs: %s%n%n", file, page);
      tryOut(file, split.test());
    }
  }

  /** Whoever has the file needs nothing else. */
  private static void tryOut(Path file, ImageDataset photos) throws IOException {
    try (ImageClassifier classifier = ImageClassifier.load(file)) {
      for (LabeledImage photo : photos.images().subList(0, Math.min(3, photos.size()))) {
        List<Prediction> answers = classifier.predict(photo.decode(ImageDecoder.standard()), 2);
        System.out.printf("%-24s %s%n", photo.name(), answers);
      }
    }
  }
}
