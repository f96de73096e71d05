package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.doctor.DataDoctor;
import org.finetune4j.doctor.DataReport;
import org.finetune4j.doctor.ExaminedPicture;
import org.finetune4j.doctor.Finding;
import org.finetune4j.doctor.Problem;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.Interval;
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

    // What cannot be opened is left out, and named.
    ImageDataset photos = ImageDataset.fromDirectory(folder).readable(ImageDecoder.standard());
    if (photos.labels().size() < 2) {
      throw new IllegalArgumentException(
          folder
              + " holds photos of only one kind, "
              + photos.labels().name(0)
              + ". A classifier tells kinds apart: add a folder of photos that are something else.");
    }
    System.out.printf(
        Locale.ROOT,
        "%,d photos of %d kinds: %s%n",
        photos.size(),
        photos.labels().size(),
        String.join(", ", photos.labels().names()));
    photos.warnings().forEach(warning -> System.out.println("Look at this: " + warning));
    if (options.quick() && photos.size() > QUICK) {
      photos = photos.split((double) QUICK / photos.size(), 42).train();
    }
    // Equal shares of each kind; three photos of a kind are the least.
    DatasetSplit shares = photos.split(0.7, 0.15, 42);

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
      DataReport odd = DataDoctor.builder().features(extractor).build().examine(photos);
      tell(odd, options.out().resolve("photos.html"));

      DatasetSplit split = together(odd, photos).orElse(shares);
      System.out.printf(
          Locale.ROOT,
          "%,d photos are learned from, %,d help to choose, %,d are kept for the test.%n",
          split.train().size(),
          split.validation().size(),
          split.test().size());

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
        Interval interval = evaluation.accuracyInterval();
        System.out.printf(
            Locale.ROOT,
            "%nOf %,d photos it had never seen it got %,d right, %.1f %%. Of more such photos expect"
                + " %.1f to %.1f %%.%n",
            evaluation.size(),
            evaluation.confusionMatrix().correct(),
            100 * evaluation.accuracy(),
            100 * interval.low(),
            100 * interval.high());
      }
      System.out.printf("How well it does, and where it errs: %s%n", page);
      System.out.printf(
          "The classifier: %1$s%nTo ask it about other photos: Predict --classifier %1$s <folder>%n%n",
          file);
      tryOut(file, split.test());
    }
  }

  /**
   * Photos that show the same stay together, since what was learned from must not be asked for;
   * nothing if so many do that a kind would be missing.
   */
  private static Optional<DatasetSplit> together(DataReport odd, ImageDataset photos) {
    try {
      DatasetSplit split = odd.grouped(photos).split(0.7, 0.15, 42);
      if (Stream.of(split.train(), split.validation(), split.test())
          .noneMatch(part -> part.counts().containsValue(0))) {
        return Optional.of(split);
      }
    } catch (IllegalArgumentException e) {
      // Fewer different photos than parts.
    }
    System.out.println(
        "Look at this: so many photos look the same that some are learned from and others just like"
            + " them are tested with. The result will look better than it is.");
    return Optional.empty();
  }

  /** A few of each problem; all of them, with the photos, stand on a page. */
  private static void tell(DataReport odd, Path page) throws IOException {
    if (odd.findings().isEmpty()) {
      return;
    }
    odd.saveHtml(page);
    System.out.println("What is odd about the photos, with thumbnails: " + page);
    // Broken files were named before.
    for (Problem problem : EnumSet.complementOf(EnumSet.of(Problem.UNREADABLE))) {
      List<Finding> found = odd.findings(problem);
      for (Finding one : found.subList(0, Math.min(3, found.size()))) {
        List<String> names = one.pictures().stream().map(ExaminedPicture::name).toList();
        System.out.printf(
            "  %s: %s (%s)%n", problem.title(), String.join(" = ", names), one.detail());
      }
      if (found.size() > 3) {
        System.out.println("  ... and " + (found.size() - 3) + " more");
      }
    }
  }

  /** Whoever has the file needs nothing else. */
  private static void tryOut(Path file, ImageDataset photos) throws IOException {
    try (ImageClassifier classifier = ImageClassifier.load(file)) {
      for (int i = 0; i < 3; i++) {
        LabeledImage photo = photos.get(i * photos.size() / 3);
        List<Prediction> answers = classifier.predict(photo.decode(ImageDecoder.standard()), 2);
        System.out.printf("%-24s %s%n", photo.name(), answers);
      }
    }
  }
}
