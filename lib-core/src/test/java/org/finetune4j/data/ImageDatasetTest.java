package org.finetune4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.finetune4j.text.NaturalOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDatasetTest {
  @TempDir Path dir;

  @Test
  void readsOneFolderPerClassInNaturalOrder() throws IOException {
    pictures("dogs", "10.png", "9.png", "1.png");
    pictures("cats", "b.png", "sub/a.png");
    ImageDataset dataset = ImageDataset.fromDirectory(dir);
    assertThat(dataset.labels()).isEqualTo(Labels.of("cats", "dogs"));
    assertThat(names(dataset))
        .containsExactly("cats/b.png", "cats/sub/a.png", "dogs/1.png", "dogs/9.png", "dogs/10.png");
    assertThat(dataset.labelIndices()).containsExactly(0, 0, 1, 1, 1);
    assertThat(dataset.counts()).isEqualTo(Map.of("cats", 2, "dogs", 3));
    assertThat(dataset).hasToString("5 pictures of 2 classes {cats=2, dogs=3}");
    assertThat(dataset.get(0).decode(ImageDecoder.standard()).width()).isEqualTo(29);
    assertThat(dataset.skipped()).isEmpty();
  }

  @Test
  void countsWhatItLeavesOut() throws IOException {
    pictures("cats", "1.png", ".hidden.png", ".thumbs/1.png");
    pictures("dogs", "1.png");
    Files.createFile(dir.resolve("dogs/empty.jpg"));
    Files.writeString(dir.resolve("dogs/notes.jpg"), "no picture");
    Files.writeString(dir.resolve("README.md"), "about");
    Files.createDirectories(dir.resolve(".git"));
    ImageDataset dataset = ImageDataset.fromDirectory(dir);
    assertThat(dataset.size()).isEqualTo(2);
    assertThat(dataset.skipped())
        .containsExactlyInAnyOrder(
            skipped("cats/.hidden.png", SkippedFile.Reason.HIDDEN),
            skipped("cats/.thumbs/1.png", SkippedFile.Reason.HIDDEN),
            skipped(".git", SkippedFile.Reason.HIDDEN),
            skipped("dogs/empty.jpg", SkippedFile.Reason.EMPTY),
            skipped("dogs/notes.jpg", SkippedFile.Reason.NOT_AN_IMAGE),
            skipped("README.md", SkippedFile.Reason.OUTSIDE_CLASS_FOLDERS));
  }

  @Test
  void wrongFoldersAreExplained() throws IOException {
    assertThatThrownBy(() -> ImageDataset.fromDirectory(dir.resolve("none")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> ImageDataset.fromDirectory(dir))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it is empty")
        .hasMessageContaining("<directory>/<class name>/<picture>");
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> ImageDataset.fromDirectory(file))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> ImageDataset.fromDirectory(dir)).hasMessageContaining("1 other files");
    pictures("cats", "1.png");
    Files.createDirectories(dir.resolve("dogs"));
    assertThatThrownBy(() -> ImageDataset.fromDirectory(dir))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Class folder 'dogs'")
        .hasMessageContaining("holds no picture");
  }

  @Test
  void givenLabelsAreMatchedByName() throws IOException {
    pictures("dogs", "1.png");
    pictures("cats", "1.png");
    ImageDataset dataset = ImageDataset.fromDirectory(dir, Labels.of("dogs", "birds", "cats"));
    assertThat(dataset.labelIndices()).containsExactly(2, 0);
    assertThat(dataset.counts()).containsEntry("birds", 0);
    assertThatThrownBy(() -> ImageDataset.fromDirectory(dir, Labels.of("dog", "cats")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unknown class 'dogs'. Did you mean 'dog'?");
  }

  @Test
  void readsLists() throws IOException {
    pictures("photos", "1.png", "2, of two.png");
    Path csv = dir.resolve("list.csv");
    Files.writeString(
        csv,
        "id,file,label\n7,\"photos/2, of two.png\",\"the \"\"big\"\" one\"\r\n\n8,photos/1.png,b\n");
    ImageDataset dataset = ImageDataset.fromCsv(csv);
    assertThat(dataset.labels()).isEqualTo(Labels.of("b", "the \"big\" one"));
    assertThat(names(dataset)).containsExactly("photos/2, of two.png", "photos/1.png");
    assertThat(dataset.get(1).decode(ImageDecoder.standard()).height()).isEqualTo(18);
    assertThatThrownBy(() -> ImageDataset.fromCsv(csv, Labels.of("a", "b")))
        .hasMessageContaining("Unknown class 'the \"big\" one'");

    Files.writeString(csv, "file,label\nphotos/1.png\n");
    assertThatThrownBy(() -> ImageDataset.fromCsv(csv))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("list.csv, line 2: it has 1 fields, the first line 2");
    Files.writeString(csv, "path,label\n");
    assertThatThrownBy(() -> ImageDataset.fromCsv(csv)).hasMessageContaining("no column 'file'");
    Files.writeString(csv, "file,label\n\"a,b\n");
    assertThatThrownBy(() -> ImageDataset.fromCsv(csv)).hasMessageContaining("not closed");
  }

  @Test
  void splitsEveryClassInTheSameProportions() {
    ImageDataset dataset = inMemory(100, 40, 13);
    DatasetSplit split = dataset.split(0.8, 0.1, 42);
    assertThat(split.train().counts().values()).containsExactly(80, 32, 11);
    assertThat(split.validation().counts().values()).containsExactly(10, 4, 1);
    assertThat(split.test().counts().values()).containsExactly(10, 4, 1);
    assertThat(split).hasToString("train 123, validation 15, test 15 pictures of 3 classes");

    List<LabeledImage> together = new ArrayList<>(split.train().images());
    together.addAll(split.validation().images());
    together.addAll(split.test().images());
    assertThat(together).containsExactlyInAnyOrderElementsOf(dataset.images());
  }

  @Test
  void theSeedDecidesTheSplit() {
    ImageDataset dataset = inMemory(30, 30);
    DatasetSplit split = dataset.split(0.5, 7);
    assertThat(split.test().isEmpty()).isTrue();
    assertThat(split.test().labels()).isEqualTo(dataset.labels());
    assertThat(names(dataset.split(0.5, 7).train())).isEqualTo(names(split.train()));
    assertThat(names(dataset.split(0.5, 8).train())).isNotEqualTo(names(split.train()));
    assertThat(names(split.train())).isSortedAccordingTo(NaturalOrder.INSTANCE);
    // Fixed for good: a saved experiment must find its split again.
    assertThat(names(split.train()).subList(0, 5))
        .containsExactly("0-0", "0-1", "0-6", "0-8", "0-10");
  }

  @Test
  void smallClassesStillReachEveryPart() {
    DatasetSplit split = inMemory(3, 4).split(0.9, 0.05, 1);
    assertThat(split.train().counts().values()).containsExactly(1, 2);
    assertThat(split.test().counts().values()).containsExactly(1, 1);
    assertThatThrownBy(() -> inMemory(5, 1).split(0.8, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Class 'class 1' has 1 picture, but each of the 2 parts")
        .hasMessageContaining("train, validation");
    assertThatThrownBy(() -> inMemory(5).split(0.8, 0.3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.8 and 0.3");
    assertThatThrownBy(() -> inMemory(5).split(1, 1)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> inMemory(5).split(Double.NaN, 1)).hasMessageContaining("NaN");
  }

  @Test
  void takesFiltersAndRelabels() {
    ImageDataset dataset = inMemory(2, 3, 1);
    assertThat(names(dataset.take(3))).containsExactly("0-0", "0-1", "1-0");
    assertThat(dataset.take(100).size()).isEqualTo(6);
    ImageDataset two = dataset.filter(Labels.of("class 2", "class 0"));
    assertThat(names(two)).containsExactly("0-0", "0-1", "2-0");
    assertThat(two.labelIndices()).containsExactly(1, 1, 0);
    assertThatThrownBy(() -> dataset.filter(Labels.of("class 9")))
        .hasMessageContaining("Unknown class 'class 9'");
    ImageDataset renamed = two.withLabels(Labels.of("class 0", "other", "class 2"));
    assertThat(renamed.labelIndices()).containsExactly(0, 0, 2);
    assertThatThrownBy(() -> two.withLabels(Labels.of("class 0")))
        .hasMessageContaining("Unknown class 'class 2'");
    assertThatThrownBy(() -> ImageDataset.of(Labels.of("a"), two.images()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("below the number of classes, 1");
  }

  @Test
  void leavesOutWhatCannotBeDecoded() throws IOException {
    pictures("cats", "1.png");
    Files.write(dir.resolve("cats/2.png"), Arrays.copyOf(picture(), 120));
    ImageDataset dataset = ImageDataset.fromDirectory(dir);
    assertThat(dataset.size()).isEqualTo(2);
    ImageDataset readable = dataset.readable(ImageDecoder.standard());
    assertThat(names(readable)).containsExactly("cats/1.png");
    assertThat(readable.skipped())
        .containsExactly(skipped("cats/2.png", SkippedFile.Reason.UNREADABLE));
  }

  /** Who sees the split only, say in a report, learns what is missing in it. */
  @Test
  void aSplitTellsWhatWasLeftOut() throws IOException {
    pictures("cats", "1.png", "2.png");
    Files.writeString(dir.resolve("cats/notes.jpg"), "no picture");
    ImageDataset dataset = ImageDataset.fromDirectory(dir);
    assertThat(dataset.warnings()).isNotEmpty();
    assertThat(dataset.split(0.5, 42).warnings())
        .startsWith(dataset.warnings().toArray(String[]::new));
  }

  @Test
  void fingerprintsDependOnContentAndLabelNotOnPlace(@TempDir Path elsewhere) throws IOException {
    pictures("cats", "1.png", "2.png");
    Files.write(Files.createDirectories(elsewhere.resolve("cats")).resolve("x.png"), picture());
    LabeledImage here = ImageDataset.fromDirectory(dir).get(0);
    LabeledImage there = ImageDataset.fromDirectory(elsewhere).get(0);
    assertThat(here.sha256()).isEqualTo(there.sha256()).hasSize(64);
    assertThat(here.load().sha256()).isEqualTo(here.sha256());
    assertThat(here.load().path()).isEmpty();
    assertThat(ImageDataset.fromDirectory(dir).take(1).fingerprint())
        .isEqualTo(ImageDataset.fromDirectory(elsewhere).fingerprint())
        .isNotEqualTo(ImageDataset.fromDirectory(dir).fingerprint());
    // Known answer: SHA-256 of the text "Image[2x1, gray]:" and the bytes 1, 2.
    LabeledImage pixels = LabeledImage.of("p", Image.gray(2, 1, new byte[] {1, 2}), 0);
    assertThat(pixels.sha256())
        .isEqualTo("dacdb905dad50365c03ad48a2421354fbef723668ec7f83b4cd92cfb09274029");
  }

  @Test
  void naturalOrderComparesDigitsByValue() {
    List<String> names = List.of("a10", "a9", "a09", "b1", "a", "a1b", "2", "10");
    assertThat(names.stream().sorted(NaturalOrder.INSTANCE).toList())
        .isEqualTo(List.of("2", "10", "a", "a1b", "a09", "a9", "a10", "b1"));
  }

  private ImageDataset inMemory(int... classSizes) {
    List<LabeledImage> images = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int label = 0; label < classSizes.length; label++) {
      names.add("class " + label);
      for (int i = 0; i < classSizes[label]; i++) {
        Image pixel = Image.of(1, 1, new byte[] {(byte) i, (byte) label, 0});
        images.add(LabeledImage.of(label + "-" + i, pixel, label));
      }
    }
    return ImageDataset.of(Labels.of(names), images);
  }

  private List<String> names(ImageDataset dataset) {
    return dataset.stream().map(LabeledImage::name).toList();
  }

  private SkippedFile skipped(String path, SkippedFile.Reason reason) {
    return new SkippedFile(dir.resolve(path), reason);
  }

  private void pictures(String className, String... files) throws IOException {
    for (String file : files) {
      Path path = dir.resolve(className).resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, picture());
    }
  }

  private static byte[] picture() throws IOException {
    try (InputStream in = ImageDatasetTest.class.getResourceAsStream("/images/rgb.png")) {
      return in.readAllBytes();
    }
  }
}
