package org.finetune4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.ImageNetLabels;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.finetune4j.picture.ContactSheet;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;

/**
 * What is in a photo? The thousand classes of ImageNet, without any training, or those of a
 * classifier of your own.
 */
public final class Predict {
  static final String LABELS = "--labels";
  private static final String CLASSIFIER = "--classifier";
  private static final int TOP = 5;
  private static final int QUICK = 3;

  private Predict() {}

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Names what is in every photo of a folder, among ImageNet's 1,000 classes or those that"
                + "\na classifier of yours has learned.",
            Path.of("target", "predict"))
        .file(CLASSIFIER, "a saved classifier, as TrainFolder and Quickstart make it")
        .file(LABELS, "names of the classes, one per line, instead of ImageNet's")
        .run(arguments, Predict::run);
  }

  private static void run(ExampleOptions options) throws IOException {
    Path folder = options.requiredData("photos lie");
    Optional<Path> own = options.path(CLASSIFIER);
    if (own.isPresent()) {
      try (ImageClassifier classifier = ImageClassifier.load(own.get())) {
        predict(classifier, folder, options);
      }
      return;
    }
    try (PretrainedBackbone backbone =
            options.backbone(Architecture.RESNET50).includeTop(true).build();
        ImageClassifier classifier = ImageClassifier.of(backbone, labels(options))) {
      predict(classifier, folder, options);
    }
  }

  private static void predict(ImageClassifier classifier, Path folder, ExampleOptions options)
      throws IOException {
    ContactSheet.Builder sheet = ContactSheet.builder().columns(4).cell(200, 200);
    for (Path file : photos(folder, options.quick() ? QUICK : Integer.MAX_VALUE)) {
      Image photo;
      try {
        photo = ImageDecoder.standard().decode(file);
      } catch (IOException e) {
        // One file that is no picture does not end the walk through a folder.
        System.out.println("Left out: " + e.getMessage());
        continue;
      }
      System.out.println(file.getFileName());
      List<String> lines = new ArrayList<>();
      for (Prediction answer :
          classifier.predict(photo, Math.min(TOP, classifier.labels().size()))) {
        String line =
            String.format(Locale.ROOT, "%5.1f %%  %s", 100 * answer.probability(), answer.label());
        System.out.println("  " + line);
        lines.add(line.strip());
      }
      sheet.add(photo, lines.subList(0, 2).toArray(String[]::new));
    }
    Path picture = options.out().resolve("predictions.png");
    sheet.build().save(picture);
    System.out.println("Drawn on " + picture);
  }

  /** The names of ImageNet's classes. */
  static Labels labels(ExampleOptions options) throws IOException {
    Optional<Path> own = options.path(LABELS);
    return own.isPresent()
        ? Labels.of(Files.readAllLines(own.get()))
        : ImageNetLabels.fetch(options.store());
  }

  private static List<Path> photos(Path folder, int most) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().limit(most).toList();
    }
  }
}
