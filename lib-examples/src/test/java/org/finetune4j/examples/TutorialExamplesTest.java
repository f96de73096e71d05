package org.finetune4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Runs the chapters' programs from end to end in quick mode. */
class TutorialExamplesTest extends QuickExamples {
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

    String printed = printedBy(WaysOfTraining::main, arguments("--weights", mobileNet()));

    assertThat(printed)
        .contains("| linear head", "| new head", "| LP-FT, EMA", "| LP-FT, SWA", "accumulated")
        .contains("the finder's rate");
  }

  @Test
  void whatGoesWrongIsShownBesideWhatIsRight() throws IOException {
    photos("photos/train", 16);
    photos("photos/validation", 2);

    String printed = printedBy(WhenItGoesWrong::main, arguments("--weights", mobileNet()));

    assertThat(printed.lines().dropWhile(it -> !it.contains("put right"))).hasSize(6);
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

    String photo = folder.resolve("photos/dogs/0.png").toString();
    WhatANetworkSees.main(arguments("--photo", photo, "--labels", thousandClasses()));

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
}
