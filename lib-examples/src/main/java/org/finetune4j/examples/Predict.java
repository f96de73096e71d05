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

/** What is in a photo? The thousand classes of ImageNet, without any training. */
public final class Predict {
  private static final String LABELS = "--labels";
  private static final int TOP = 5;
  private static final int QUICK = 3;

  private Predict() {}

  /** Runs the example; see {@code --help}. */
  public static void main(String[] arguments) throws IOException {
    ExampleOptions.describe(
            "Names what is in every photo of a folder, among ImageNet's 1,000 classes.",
            Path.of("target", "predict"))
        .file(LABELS, "names of the classes, one per line, instead of ImageNet's")
        .run(arguments, Predict::run);
  }

  private static void run(ExampleOptions options) throws IOException {
    Path folder = options.requiredData("photos lie");
    ContactSheet.Builder sheet = ContactSheet.builder().columns(4).cell(200, 200);
    try (PretrainedBackbone backbone =
            options.backbone(Architecture.RESNET50).includeTop(true).build();
        ImageClassifier classifier = ImageClassifier.of(backbone, labels(options))) {
      for (Path file : photos(folder, options.quick() ? QUICK : Integer.MAX_VALUE)) {
        Image photo;
        try {
          photo = ImageDecoder.standard().decode(file);
        } catch (IOException e) {
          // One file that is no picture does not end the walk through a folder.
          System.out.println("Left out: " + e.getMessage());
          continue;
        }
        List<Prediction> answers = classifier.predict(photo, TOP);
        System.out.println(file.getFileName());
        List<String> lines = new ArrayList<>();
        for (Prediction answer : answers) {
          String line =
              String.format(
                  Locale.ROOT, "%5.1f %%  %s", 100 * answer.probability(), answer.label());
          System.out.println("  " + line);
          lines.add(line.strip());
        }
        sheet.add(photo, lines.subList(0, 2).toArray(String[]::new));
      }
    }
    Path picture = options.out().resolve("predictions.png");
    sheet.build().save(picture);
    System.out.println("Drawn on " + picture);
  }

  private static Labels labels(ExampleOptions options) throws IOException {
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
