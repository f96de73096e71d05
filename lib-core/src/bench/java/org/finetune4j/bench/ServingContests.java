package org.finetune4j.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.RandomBackbone;
import org.finetune4j.bench.Contest.Rival;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;

/** Classifiers at work: many pictures, one picture, the first picture. */
final class ServingContests {
  private static final int SIDE = 224;

  private ServingContests() {}

  static List<Contest> all() {
    return List.of(
        many(Architecture.RESNET50),
        many(Architecture.MOBILENET_V2),
        one(Architecture.RESNET50),
        one(Architecture.MOBILENET_V2),
        coldStart());
  }

  private static Contest many(Architecture architecture) {
    int pictures = 64;
    int batch = 32;
    return Contest.of(
        "overhead-" + name(architecture),
        architecture + " predictAll, 64 pictures in memory at input size",
        () -> predictAll(architecture, pictures),
        new Rival(
            "raw ONNX Runtime session, tensors ready",
            new Target.NotLonger(1.1, 0),
            () -> raw(architecture, batch, pictures / batch)));
  }

  private static Contest one(Architecture architecture) {
    return Contest.of(
            "latency-" + name(architecture),
            architecture + " predict, 1 decoded picture",
            () -> predictAll(architecture, 1),
            new Rival(
                "raw ONNX Runtime session, tensor ready",
                new Target.NotLonger(1.1, 1),
                () -> raw(architecture, 1, 1)))
        .withWarmUps(3);
  }

  private static String name(Architecture architecture) {
    return architecture.name().toLowerCase(Locale.ROOT).replace("_", "");
  }

  private static ImageClassifier classifier(Architecture architecture) {
    try (PretrainedBackbone backbone = RandomBackbone.of(architecture, SIDE, true)) {
      return ImageClassifier.of(backbone, Pixels.labels(1000));
    }
  }

  private static Side predictAll(Architecture architecture, int pictures) {
    ImageClassifier classifier = classifier(architecture);
    List<Image> images = Pixels.images(pictures, SIDE);
    return Side.repeating(() -> classifier.predictAll(images, 5), classifier::close);
  }

  private static Side raw(Architecture architecture, int batch, int times) throws IOException {
    try (PretrainedBackbone backbone = RandomBackbone.of(architecture, SIDE, true)) {
      RawSession session = RawSession.of(backbone::exportOnnx);
      FloatBuffer pixels = Pixels.batch(batch, SIDE);
      return Side.repeating(
          () -> {
            for (int i = 0; i < times; i++) {
              session.run(batch, SIDE, pixels);
            }
          },
          session::close);
    }
  }

  private static Contest coldStart() {
    return Contest.of(
        "cold-start",
        "JVM start to first prediction, saved RESNET50 classifier",
        ServingContests::childJvm,
        new Rival("", new Target.Within(2), () -> Side.repeating(() -> {}, () -> {})));
  }

  private static Side childJvm() throws IOException {
    Path folder = Files.createTempDirectory("bench");
    Path bundle = folder.resolve("classifier.zip");
    try (ImageClassifier classifier = classifier(Architecture.RESNET50)) {
      classifier.save(bundle);
    }
    return new Side() {
      @Override
      public double turn() {
        return ColdStart.seconds(bundle);
      }

      @Override
      public void close() {
        try {
          Files.delete(bundle);
          Files.delete(folder);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /** What the child does. */
  static final class ColdStart {
    private ColdStart() {}

    /** Loads the classifier in the named file and classifies one picture. */
    public static void main(String[] args) throws IOException {
      try (ImageClassifier classifier = ImageClassifier.load(Path.of(args[0]))) {
        System.out.println(classifier.predict(Pixels.images(1, SIDE).get(0), 1));
      }
    }

    static double seconds(Path bundle) {
      ProcessBuilder command =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              ColdStart.class.getName(),
              bundle.toString());
      command.redirectError(ProcessBuilder.Redirect.INHERIT);
      long start = System.nanoTime();
      try {
        Process child = command.start();
        try (BufferedReader out = child.inputReader()) {
          String line = out.readLine();
          double seconds = (System.nanoTime() - start) / 1e9;
          if (line == null || child.waitFor() != 0) {
            throw new IllegalStateException("The child predicted nothing.");
          }
          return seconds;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
