package org.finetune4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a folder or list may be mistaken for, and what must be said about it. */
class LayoutTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(
      strings = {"train,validation", "train,test,val", "Train", "TRAIN,unlabelled,Test_Set", "val"})
  void partsOfASplitAreNoClasses(String list) throws IOException {
    List<String> folders = List.of(list.split(",", -1));
    for (String part : folders) {
      picture(part + "/cats/1.png");
      picture(part + "/dogs/2.png");
    }
    assertThatThrownBy(() -> ImageDataset.fromDirectory(dir))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parts of a split, not classes")
        .hasMessageContaining("DatasetSplit.fromDirectory(path)")
        .hasMessageContaining("ImageDataset.fromDirectory(" + dir.resolve(folders.get(0)));
    assertThatThrownBy(() -> ImageDataset.fromDirectory(dir, Labels.of("cats", "dogs")))
        .hasMessageContaining("parts of a split, not classes");
    Labels meant = Labels.of(folders);
    assertThat(ImageDataset.fromDirectory(dir, meant).labels()).isEqualTo(meant);
  }

  @Test
  void aTrainAmongVehiclesIsAClass() throws IOException {
    picture("train/1.png");
    picture("bus/2.png");
    assertThat(ImageDataset.fromDirectory(dir).labels()).isEqualTo(Labels.of("bus", "train"));
  }

  @Test
  void aSplitIsReadInOneCall() throws IOException {
    picture("Training/cats/1.png");
    picture("Training/dogs/2.png");
    picture("val/dogs/3.png");
    picture("test_set/cats/4.png");
    picture("__MACOSX/cats/5.png");
    picture("Training/#recycle/cats/5.png");
    picture("Training/@Recycle/5.png");
    picture("extra/6.png");
    DatasetSplit split = DatasetSplit.fromDirectory(dir);
    assertThat(split.train().counts()).hasToString("{cats=1, dogs=1}");
    assertThat(split.validation().counts()).hasToString("{cats=0, dogs=1}");
    assertThat(split.test().counts()).hasToString("{cats=1, dogs=0}");
    assertThat(split.warnings())
        .containsExactly("Folders that are no part of a split are left out: [extra]");
    picture("test_set/birds/1.png");
    assertThatThrownBy(() -> DatasetSplit.fromDirectory(dir))
        .hasMessageContaining("Unknown class 'birds'");
    picture("valid/cats/7.png");
    assertThatThrownBy(() -> DatasetSplit.fromDirectory(dir))
        .hasMessageContaining("two folders for validation: val and valid");
  }

  @Test
  void aSplitWithoutLabelsOrPartsSaysSo() throws IOException {
    picture("train/cats/1.png");
    picture("train/dogs/2.png");
    picture("test/3.png");
    assertThat(DatasetSplit.fromDirectory(dir).warnings())
        .anySatisfy(it -> assertThat(it).contains("test has no class folders"))
        .anySatisfy(it -> assertThat(it).contains("No validation pictures"));
    assertThatThrownBy(() -> DatasetSplit.fromDirectory(dir.resolve("train")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no folder 'train'");
  }

  @Test
  void namesThatDifferInLetterCaseAreOneMistake() throws IOException {
    picture("Cats/1.png");
    picture("cats/2.png");
    assertThatThrownBy(() -> ImageDataset.fromDirectory(dir))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The classes 'Cats' and 'cats'");
    assertThat(ImageDataset.fromDirectory(dir, Labels.of("cats", "Cats")).labelIndices())
        .containsExactly(1, 0);
  }

  @Test
  void formsOfAccentsAreOneName() throws IOException {
    String composed = "caf\u00e9";
    String decomposed = "cafe\u0301";
    picture(decomposed + "/1.png");
    picture("tea/2.png");
    assertThat(ImageDataset.fromDirectory(dir).labels()).isEqualTo(Labels.of(composed, "tea"));
    assertThat(Labels.of(decomposed).indexOf(composed)).isZero();
    assertThat(Labels.of(composed).contains(decomposed)).isTrue();
    // Latin and Cyrillic letters that look alike stay two names, and the message shows which.
    assertThatThrownBy(() -> Labels.of("cat").indexOf("c\u0430t"))
        .hasMessageContaining("(U+0063 U+0430 U+0074)");
  }

  @Test
  void aFolderTooHighUpIsSuspected() throws IOException {
    picture("PetImages/cats/1.png");
    picture("PetImages/dogs/2.png");
    assertThat(ImageDataset.fromDirectory(dir).warnings())
        .singleElement()
        .asString()
        .contains("The only class is 'PetImages', which holds 2 folders");
  }

  @Test
  void equalPicturesAcrossASplitOrClassesAreNamed() throws IOException {
    for (int i = 0; i < 10; i++) {
      picture("cats/" + i + ".png", i);
      picture("dogs/" + i + ".png", 100 + i);
    }
    DatasetSplit clean = ImageDataset.fromDirectory(dir).split(0.5, 1);
    assertThat(clean.warnings()).isEmpty();
    assertThat(clean).hasToString("train 10, validation 10, test 0 pictures of 2 classes");
    picture("dogs/twin.png", 3);
    ImageDataset photos = ImageDataset.fromDirectory(dir);
    LabeledImage cat = photos.get(3);
    DatasetSplit split =
        new DatasetSplit(
            ImageDataset.of(photos.labels(), photos.images().subList(0, 12)),
            ImageDataset.of(photos.labels(), photos.images().subList(12, 21)),
            ImageDataset.of(photos.labels(), List.of(cat)));
    assertThat(split.warnings())
        .containsExactly(
            "1 picture is in train and validation and test with the same bytes:"
                + " cats/3.png (cats) = dogs/twin.png (dogs) = cats/3.png (cats)",
            "1 picture is in more than one class with the same bytes:"
                + " cats/3.png (cats) = dogs/twin.png (dogs) = cats/3.png (cats)");
    assertThat(split.toString()).contains("; warning: 1 picture is in train and validation");
  }

  @Test
  void aSplitTooLargeToBeComparedSaysSo() {
    LabeledImage picture = LabeledImage.of("one", new byte[] {1}, 0);
    ImageDataset none = ImageDataset.of(Labels.of("all"), List.of());
    ImageDataset many = ImageDataset.of(none.labels(), Collections.nCopies(200_001, picture));
    assertThat(new DatasetSplit(many, none, none).warnings())
        .containsExactly(
            "200001 pictures are more than the 200000 whose bytes a split compares: DataDoctor says"
                + " whether one stands in two parts or classes");
    assertThat(new DatasetSplit(many.take(5), none, none).warnings()).isEmpty();
  }

  @Test
  void listsSayWhatTheyLack() throws IOException {
    picture("1.png");
    picture("2.png");
    Path csv = dir.resolve("list.csv");
    Files.writeString(
        csv,
        "\uFEFFimage;breed\n1.png;cat\nmissing.png;cat\n2.png;dog\n2.png;cat\n.;dog\n1.png;fox\n");
    ImageDataset dataset =
        CsvReader.of(csv)
            .fileColumn("image")
            .labelColumn("breed")
            .labels(Labels.of("cat", "dog"))
            .skipUnknownLabels()
            .read();
    assertThat(dataset.size()).isEqualTo(3);
    assertThat(dataset.skipped())
        .extracting(SkippedFile::reason)
        .containsExactly(
            SkippedFile.Reason.MISSING,
            SkippedFile.Reason.NOT_AN_IMAGE,
            SkippedFile.Reason.UNKNOWN_LABEL);
    assertThat(dataset.warnings())
        .anySatisfy(it -> assertThat(it).contains("listed under two labels: 2.png (lines 4 and 5)"))
        .anySatisfy(it -> assertThat(it).contains("1 file is left out (missing)"));
    assertThat(dataset.toString()).contains("(missing)");
    CsvReader reader = CsvReader.of(csv).fileColumn("image").labelColumn("breed");
    assertThatThrownBy(() -> reader.labels(Labels.of("cat", "dog")).read())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("list.csv, line 7: Unknown class 'fox'");
    assertThatThrownBy(
            () -> reader.labels(Labels.of("cat", "dog", "fox")).refuseMissingFiles().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 3: there is no ");
  }

  @Test
  void listsThatCannotBeMeantAreRefusedWithTheLine() throws IOException {
    Path csv = dir.resolve("list.csv");
    Files.writeString(csv, "file,label\nno.png,cat\nnone.png,dog\n");
    assertThatThrownBy(() -> ImageDataset.fromCsv(csv))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("None of the 2 pictures");
    Files.writeString(csv, "file,label\na\0b.png,cat\n");
    assertThatThrownBy(() -> ImageDataset.fromCsv(csv))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("'a\\0b.png'");
    Files.writeString(csv, "file,label\na.png,\n");
    assertThatThrownBy(() -> ImageDataset.fromCsv(csv))
        .hasMessageContaining("line 2: it names no class");
    Files.writeString(csv, "image,label\na.png,cat\n");
    assertThatThrownBy(() -> ImageDataset.fromCsv(csv))
        .hasMessageContaining("CsvReader.of(path).fileColumn(name)");
    assertThatThrownBy(() -> ImageDataset.fromCsv(dir))
        .hasMessageContaining(dir + " is a folder, not a list");
  }

  @Test
  void aProcessThatCannotReadNamesSaysSo() throws IOException, InterruptedException {
    picture("caf\u00e9/1.png");
    picture("tea/2.png");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            LayoutTest.class.getName(),
            dir.toString());
    java.environment().put("LC_ALL", "C");
    Process process = java.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    if (!output.contains("encoding UTF-8")) { // JDKs to come may read UTF-8 in every locale
      assertThat(output).contains("cannot be read").contains("LC_ALL=C.UTF-8");
    }
  }

  /** Reads a folder in a process of its own. */
  public static void main(String[] arguments) throws IOException {
    System.out.println("encoding " + System.getProperty("sun.jnu.encoding"));
    try {
      System.out.println(ImageDataset.fromDirectory(Path.of(arguments[0])));
    } catch (IllegalArgumentException e) {
      System.out.println(e.getMessage());
    }
  }

  private void picture(String file) throws IOException {
    picture(file, file.hashCode());
  }

  /** Writes a picture; others have other bytes behind its end, as many. */
  private void picture(String file, int number) throws IOException {
    Path path = dir.resolve(file);
    Files.createDirectories(path.getParent());
    try (InputStream in = LayoutTest.class.getResourceAsStream("/images/rgb.png")) {
      Files.write(path, in.readAllBytes());
    }
    Files.writeString(path, String.format(Locale.ROOT, "%12d", number), StandardOpenOption.APPEND);
  }
}
