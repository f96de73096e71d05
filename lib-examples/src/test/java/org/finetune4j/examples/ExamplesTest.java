package org.finetune4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.image.ImageSize;
import org.finetune4j.model.ImageClassifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the examples from end to end in quick mode, on generated pictures (squares are cats, discs
 * are dogs), a ResNet50 and a small MobileNetV2 of random numbers.
 */
class ExamplesTest {
  @TempDir private static Path weights;
  @TempDir private Path folder;

  @BeforeAll
  static void writeWeights() throws IOException {
    GeneratedWeights.write(
        Architecture.RESNET50.network(ImageSize.square(224), true), weights.resolve("resnet50"));
    GeneratedWeights.write(
        Architecture.MOBILENET_V2.network(ImageSize.square(224), 0.35, false),
        weights.resolve("mobilenet"));
  }

  @Test
  void quickstartSavesAClassifierAndCurves() throws IOException {
    photos("photos", 12);

    Quickstart.main(arguments());

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**cats-vs-dogs.zip")
        .isDirectoryContaining("glob:**accuracy.png")
        .isDirectoryContaining("glob:**loss.png");
  }

  @Test
  void trainFolderSavesAClassifierAndAReport() throws IOException {
    photos("photos", 12);

    TrainFolder.main(
        new String[] {
          folder.resolve("photos").toString(),
          "--out",
          folder.resolve("out").toString(),
          "--weights",
          weights.toString(),
          "--quick"
        });

    assertThat(folder.resolve("out")).isDirectoryContaining("glob:**classifier.zip");
    assertThat(folder.resolve("out/report.html"))
        .content()
        .contains("cats", "dogs", "How good it is");
    assertThat(folder.resolve("out/photos.html")).content().contains("Data report");
  }

  @Test
  void catsVsDogsMakesCurvesAndAClassifier() throws IOException {
    photos("photos/train", 12);
    photos("photos/validation", 4);

    CatsVsDogs.main(arguments("--wrong-preprocessing"));

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**cats-vs-dogs.zip")
        .isDirectoryContaining("glob:**dense-head-accuracy.png")
        .isDirectoryContaining("glob:**fine-tuning-loss-smoothed.png");
  }

  @Test
  void augmentedHeadDrawsCurvesAndSavesAReport() throws IOException {
    photos("photos/train", 12);
    photos("photos/validation", 4);

    AugmentedHead.main(arguments("--weights", mobileNet()));

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**saved-features-accuracy.png")
        .isDirectoryContaining("glob:**end-to-end.csv")
        .isDirectoryContaining("glob:**report.html");
  }

  @Test
  void choosingABackboneDrawsAccuracyOverTime() throws IOException {
    photos("photos/train", 12);
    photos("photos/validation", 4);

    ChoosingABackbone.main(arguments("--without-scratch"));

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**accuracy-and-time.png")
        .isDirectoryContaining("glob:**resnet50-from-conv5_block3_1_conv-accuracy.png")
        .isDirectoryContaining("glob:**resnet50-from-conv5_block3_1_conv-report.html");
  }

  @Test
  void waysOfTrainingAreTestedSideBySide() throws IOException {
    photos("photos/train", 12);
    photos("photos/validation", 4);
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      WaysOfTraining.main(arguments("--weights", mobileNet()));
    } finally {
      System.setOut(out);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("| linear head", "| new head", "| LP-FT, EMA", "| LP-FT, SWA", "accumulated")
        .contains("the finder's rate");
  }

  @Test
  void whatGoesWrongIsShownBesideWhatIsRight() throws IOException {
    photos("photos/train", 16);
    photos("photos/validation", 2);
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      WhenItGoesWrong.main(arguments("--weights", mobileNet()));
    } finally {
      System.setOut(out);
    }

    assertThat(
            printed
                .toString(StandardCharsets.UTF_8)
                .lines()
                .dropWhile(it -> !it.contains("put right")))
        .hasSize(6);
    try (Stream<Path> pages = Files.list(folder.resolve("out"))) {
      assertThat(pages.filter(file -> file.toString().endsWith(".html"))).hasSize(10);
    }
    assertThat(folder.resolve("out/the-head-wrong.html")).content().contains("How good it is");
  }

  @Test
  void fromScratchDrawsCurves() throws IOException {
    photos("photos/train", 12);
    photos("photos/validation", 4);

    FromScratch.main(arguments());

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**plain-accuracy.png")
        .isDirectoryContaining("glob:**augmented-accuracy-smoothed.png");
  }

  @Test
  void firstConvnetDrawsCurvesAndConfusion() throws IOException {
    digits("train", 60);
    digits("t10k", 30);

    FirstConvnet.main(arguments());

    for (String network : List.of("dense", "convnet")) {
      assertThat(folder.resolve("out"))
          .isDirectoryContaining("glob:**/" + network + "-accuracy-smoothed.png")
          .isDirectoryContaining("glob:**/" + network + "-report.html")
          .isDirectoryContaining("glob:**/" + network + "-confusion.png");
    }
  }

  @Test
  void whatANetworkSeesDrawsLayersFiltersAndMaps() throws IOException {
    photos("photos", 1);

    WhatANetworkSees.main(arguments("--photo", folder.resolve("photos/dogs/0.png").toString()));

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**/activations-1-conv1_relu.png")
        .isDirectoryContaining("glob:**/filters-conv2_block3_out.png")
        .isDirectoryContaining("glob:**/why.png");
  }

  @Test
  void cifar10DrawsPredictions() throws IOException {
    cifar("data_batch_1.png", "train_lables.json", 40);
    cifar("test_batch.png", "test_lables.json", 20);

    Cifar10DeepFeatures.main(arguments());

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**predictions-RESNET50-at-64.png");
  }

  @Test
  void collageTagsSavesATagger() throws IOException {
    photos("photos/train", 12);
    photos("photos/validation", 4);
    cifar("data_batch_1.png", "train_lables.json", 40);
    cifar("test_batch.png", "test_lables.json", 20);

    CollageTags.main(
        arguments(
            "--cifar", folder.resolve("photos").toString(), "--csv", "--weights", mobileNet()));

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**collages.zip")
        .isDirectoryContaining("glob:**precision-recall.png")
        .isDirectoryContaining("glob:**mistakes.png")
        .isDirectoryContaining("glob:**report.html")
        .isDirectoryContaining("glob:**train.csv");
  }

  @Test
  void fillLevelSavesARegressorForEachNumber() throws IOException {
    photos("photos/train", 10);
    photos("photos/validation", 4);

    FillLevel.main(arguments("--weights", mobileNet()));

    for (String name : List.of("fill", "angle")) {
      assertThat(folder.resolve("out"))
          .isDirectoryContaining("glob:**/" + name + ".zip")
          .isDirectoryContaining("glob:**/" + name + ".png")
          .isDirectoryContaining("glob:**/" + name + "-worst.png")
          .isDirectoryContaining("glob:**/" + name + "-report.html");
    }
  }

  @Test
  void unfamiliarPicturesSavesClassifiersThatKnowTheirLimits() throws IOException {
    photos("photos/train", 30);
    photos("photos/validation", 4);
    cifar("data_batch_1.png", "train_lables.json", 150);
    cifar("test_batch.png", "test_lables.json", 40);

    UnfamiliarPictures.main(arguments("--cifar", folder.resolve("photos").toString()));

    for (String known : List.of("photos", "cifar")) {
      try (ImageClassifier classifier =
          ImageClassifier.load(folder.resolve("out/" + known + ".zip"))) {
        assertThat(classifier.uncertainty().novelty()).isPresent();
      }
      assertThat(folder.resolve("out"))
          .isDirectoryContaining("glob:**/" + known + "-6-others-of-cifar-10.png")
          .isDirectoryContaining("glob:**/" + known + "-6-others-of-cifar-10-roc.png");
    }
  }

  @Test
  void similarPicturesSavesItsIndexAndASheetPerQuery() throws IOException {
    photos("photos", 5);

    SimilarPictures.main(arguments());

    assertThat(folder.resolve("out"))
        .isDirectoryContaining("glob:**similar.index")
        .isDirectoryContaining("glob:**query-5.png");
  }

  @Test
  void predictNamesWhatIsInEveryPhoto() throws IOException {
    photos("photos", 2);
    Files.writeString(folder.resolve("photos/cats/a-note.txt"), "no picture");
    Path labels = folder.resolve("labels.txt");
    Files.write(labels, IntStream.range(0, 1000).mapToObj(i -> "class " + i).toList());

    Predict.main(arguments("--labels", labels.toString()));

    assertThat(folder.resolve("out")).isDirectoryContaining("glob:**predictions.png");
  }

  @Test
  void examplesThatNeedPhotosSaySo() {
    for (Program program :
        List.<Program>of(Predict::main, SimilarPictures::main, TrainFolder::main)) {
      assertThatThrownBy(() -> program.run(new String[] {"--quick"}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Say with --data <folder> where");
    }
  }

  private interface Program {
    void run(String[] arguments) throws IOException;
  }

  private String[] arguments(String... more) {
    Stream<String> common =
        Stream.of(
            "--quick",
            "--data",
            folder.resolve("photos").toString(),
            "--out",
            folder.resolve("out").toString(),
            "--weights",
            weights.resolve("resnet50/model.json").toString());
    return Stream.concat(common, Stream.of(more)).toArray(String[]::new);
  }

  private static String mobileNet() {
    return weights.resolve("mobilenet/model.json").toString();
  }

  /** One picture a row, as the CIFAR-10 sheets are; airplanes are among them, to be left out. */
  private void cifar(String sheet, String labelFile, int pictures) throws IOException {
    Path place = Files.createDirectories(folder.resolve("photos"));
    BufferedImage rows = new BufferedImage(1024, pictures, BufferedImage.TYPE_INT_RGB);
    int[] classes = {0, 1, 2, 3, 5, 4, 6, 7, 8, 9};
    int[] labels = new int[pictures];
    Random random = new Random(pictures);
    for (int i = 0; i < pictures; i++) {
      labels[i] = classes[i % classes.length];
      for (int x = 0; x < 1024; x++) {
        rows.setRGB(x, i, (labels[i] * 0x102030) ^ random.nextInt(64));
      }
    }
    ImageIO.write(rows, "png", place.resolve(sheet).toFile());
    Files.writeString(place.resolve(labelFile), Arrays.toString(labels));
  }

  /** Noise as large as MNIST's digits, in its two files. */
  private void digits(String part, int count) throws IOException {
    Path place = Files.createDirectories(folder.resolve("photos"));
    byte[] pixels = new byte[count * 28 * 28];
    new Random(count).nextBytes(pixels);
    ByteBuffer images = ByteBuffer.allocate(16 + pixels.length);
    images.putInt(0x0803).putInt(count).putInt(28).putInt(28).put(pixels);
    ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
    for (int i = 0; i < count; i++) {
      labels.put((byte) (i % 10));
    }
    Files.write(place.resolve(part + "-images-idx3-ubyte"), images.array());
    Files.write(place.resolve(part + "-labels-idx1-ubyte"), labels.array());
  }

  private void photos(String name, int each) throws IOException {
    Random random = new Random(each);
    for (String animal : new String[] {"cats", "dogs"}) {
      Path place = Files.createDirectories(folder.resolve(name).resolve(animal));
      for (int i = 0; i < each; i++) {
        BufferedImage picture = new BufferedImage(80, 70, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(new Color(random.nextInt(0x1000000)));
        int size = 20 + random.nextInt(30);
        if (animal.equals("cats")) {
          pen.fillRect(random.nextInt(20), 5, size, size);
        } else {
          pen.fillOval(random.nextInt(20), 5, size, size);
        }
        pen.dispose();
        ImageIO.write(picture, "png", place.resolve(i + ".png").toFile());
      }
    }
  }
}
