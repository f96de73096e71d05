package org.finetune4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.model.ImageClassifier;
import org.junit.jupiter.api.Test;

/**
 * Runs what goes beyond the chapters, from end to end in quick mode: own photos, other targets,
 * search.
 */
class OwnPhotosExamplesTest extends QuickExamples {
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
    Predict.main(arguments("--classifier", folder.resolve("out/classifier.zip").toString()));
    assertThat(folder.resolve("out")).isDirectoryContaining("glob:**predictions.png");
    assertThat(folder.resolve("out/report.html"))
        .content()
        .contains("cats", "dogs", "How good it is");
    assertThat(folder.resolve("out/photos.html")).content().contains("Data report");
  }

  /** Before minutes are spent on looking at the photos. */
  @Test
  void trainFolderRefusesWhatNothingCanBeLearnedFrom() throws IOException {
    photos("photos", 2);
    String[] arguments = {folder.resolve("photos").toString(), "--weights", "none"};
    assertThatThrownBy(() -> TrainFolder.main(arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Class 'cats' has 2 pictures");

    Path cats = folder.resolve("photos");
    Files.move(cats.resolve("dogs/0.png"), cats.resolve("cats/2.png"));
    Files.delete(cats.resolve("dogs/1.png"));
    Files.delete(cats.resolve("dogs"));
    assertThatThrownBy(() -> TrainFolder.main(arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only one kind, cats");
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

    Predict.main(arguments("--labels", thousandClasses()));

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
}
