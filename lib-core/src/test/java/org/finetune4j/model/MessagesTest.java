package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.finetune4j.archive.PictureArchive;
import org.finetune4j.backbone.Architecture;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.data.IdxReader;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.SimilarityIndex;
import org.finetune4j.image.Image;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.tfrecord.TfRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody is told who took the wrong file, folder or moment. */
class MessagesTest {
  @TempDir Path dir;

  @Test
  void aFileThatIsNoClassifierIsNamed() throws IOException {
    Path saved = dir.resolve("saved.zip");
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      classifier.save(saved);
      assertThatThrownBy(() -> classifier.save(dir))
          .isInstanceOf(IOException.class)
          .hasMessage(dir + ": it is a folder, not a file");
      assertThatThrownBy(() -> classifier.save(saved.resolve("below.zip")))
          .isInstanceOf(IOException.class)
          .hasMessageNotContaining(".part");
    }
    byte[] whole = Files.readAllBytes(saved);
    Path half = Files.write(dir.resolve("half.zip"), Arrays.copyOf(whole, whole.length / 2));
    Path text = Files.writeString(dir.resolve("text.zip"), "a text of some length");
    Path empty = Files.createFile(dir.resolve("empty.zip"));
    for (Path file : new Path[] {half, text, empty}) {
      assertThatThrownBy(() -> ImageClassifier.load(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("no saved classifier, or its end is missing");
    }
    assertThatThrownBy(() -> ImageClassifier.load(dir))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(dir + "")
        .hasMessageContaining("it is a folder");
  }

  /** Even the superuser may not make a file there. */
  private static final Path NOBODY_WRITES = Path.of("/sys");

  @Test
  void savingWithoutPermissionNamesTheFileAndTheRemedy() {
    assumeTrue(Files.isDirectory(NOBODY_WRITES), "Skipped: no /sys here");
    Path file = NOBODY_WRITES.resolve("saved.zip");
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      assertThatThrownBy(() -> classifier.save(file))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(file + ": it cannot be written: ")
          .hasMessageContaining("Make the folder " + NOBODY_WRITES + " writable, or choose another")
          .hasMessageNotContaining(".part");
    }
  }

  @Test
  void savingBelowAFileNamesBoth() throws IOException {
    Path text = Files.writeString(dir.resolve("text"), "x");
    Path file = text.resolve("below/saved.zip");
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      assertThatThrownBy(() -> classifier.save(file))
          .isInstanceOf(IOException.class)
          .hasMessage(file + ": it cannot be written: " + text + " is a file, not a folder");
    }
  }

  @Test
  void whatIsNotThereOrAFolderIsNamed() {
    Path missing = dir.resolve("missing");
    for (ThrowingCallable read : readers(missing)) {
      assertThatThrownBy(read)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(missing.toString())
          .hasMessageContaining("here is no such file");
    }
    for (ThrowingCallable read : readers(dir)) {
      assertThatThrownBy(read)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(dir.toString())
          .hasMessageContaining(" is a folder");
    }
  }

  private static List<ThrowingCallable> readers(Path file) {
    return List.of(
        () -> ImageClassifier.load(file),
        () -> ImageTagger.load(file),
        () -> SimilarityIndex.load(file),
        () -> PictureArchive.open(file),
        () -> PretrainedBackbone.fromOnnx(file, Preprocessing.TORCH).build(),
        () -> ImageDataset.fromCsv(file),
        () -> IdxReader.read(file, file),
        () -> TfRecords.standard().read(List.of(file)));
  }

  @Test
  void otherFilesThanWeightsAreExplained() throws IOException {
    Path onnx = Files.writeString(dir.resolve("model.onnx"), "x");
    assertThatThrownBy(
            () -> PretrainedBackbone.builder(Architecture.RESNET50).weights(onnx).build())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("an ONNX file is a whole network");
    Path pth = Files.writeString(dir.resolve("model.pth"), "x");
    assertThatThrownBy(() -> PretrainedBackbone.builder(Architecture.RESNET50).weights(pth).build())
        .hasMessageContaining("safetensors.torch.save_file");
  }

  @Test
  @SuppressWarnings("NullAway") // what is tested
  void nullSaysWhichArgumentAndClosedSaysWhat() {
    assertThatThrownBy(() -> ImageDataset.fromDirectory(null)).hasMessage("directory");
    assertThatThrownBy(() -> ImageClassifier.load(null)).hasMessage("file");
    ImageClassifier classifier = TinyClassifier.of(1);
    assertThatThrownBy(() -> classifier.predict((Image) null, 1)).hasMessage("image");
    classifier.close();
    assertThatThrownBy(() -> classifier.predict(Image.gray(1, 1, new byte[1]), 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The classifier or backbone is closed");
  }
}
