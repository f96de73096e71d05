package org.finetune4j.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.picture.ImageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureArchiveTest {
  @TempDir Path folder;

  private static byte[] png(int value) {
    byte[] rgb = new byte[5 * 4 * 3];
    rgb[0] = (byte) value;
    return ImageEncoder.png(Image.of(5, 4, rgb));
  }

  private Path zip(Map<String, byte[]> entries) throws IOException {
    Path file = folder.resolve("photos.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  @Test
  void theSameAsUnpacked() throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    for (int i = 1; i <= 11; i++) {
      String name = (i % 2 == 0 ? "cats/" : "dogs/sub/") + i + ".png";
      entries.put("photos/" + name, png(i));
      Path file = folder.resolve("unpacked").resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, png(i));
    }
    entries.put("photos/cats/.DS_Store", new byte[3]);
    entries.put("__MACOSX/photos/cats/._2.png", new byte[3]);
    ImageDataset unpacked = ImageDataset.fromDirectory(folder.resolve("unpacked"));
    try (PictureArchive archive = PictureArchive.open(zip(entries))) {
      ImageDataset images = archive.dataset();
      assertThat(images.labels()).isEqualTo(unpacked.labels());
      assertThat(images.stream().map(LabeledImage::name))
          .isEqualTo(unpacked.stream().map(LabeledImage::name).toList());
      for (int i = 0; i < images.size(); i++) {
        assertThat(images.get(i).sha256()).isEqualTo(unpacked.get(i).sha256());
        assertThat(images.get(i).decode(ImageDecoder.standard()))
            .isEqualTo(unpacked.get(i).decode(ImageDecoder.standard()));
      }
      assertThat(images.fingerprint()).isEqualTo(unpacked.fingerprint());
      assertThat(images.skipped()).hasSize(1);
    }
  }

  @Test
  void partsOfASplit() throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    for (int i = 0; i < 12; i++) {
      String part = i < 8 ? "train" : i < 10 ? "val" : "test";
      entries.put(part + (i % 2 == 0 ? "/cats/" : "/dogs/") + i + ".png", png(i));
    }
    try (PictureArchive archive = PictureArchive.open(zip(entries))) {
      DatasetSplit split = archive.split();
      assertThat(split.train().size()).isEqualTo(8);
      assertThat(split.validation().size()).isEqualTo(2);
      assertThat(split.test().size()).isEqualTo(2);
    }
  }

  @Test
  void namesThatLeadOutAreRefused() throws IOException {
    Path file = zip(Map.of("cats/../../evil.png", png(1), "cats/1.png", png(1)));
    assertThatThrownBy(() -> PictureArchive.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("photos.zip");
  }

  @Test
  void whatIsNoZipFileIsToldByName() throws IOException {
    Path file = Files.writeString(folder.resolve("a.zip"), "no zip file");
    assertThatThrownBy(() -> PictureArchive.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.zip is no zip or tar file");
    Path other = Files.writeString(folder.resolve("a.rar"), "Rar!");
    assertThatThrownBy(() -> PictureArchive.open(other))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.rar is no zip or tar file");
    Path zeroInName = zip(Map.of("cats/\0.png", png(1)));
    assertThatThrownBy(() -> PictureArchive.open(zeroInName))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("photos.zip");
    Path cut = folder.resolve("cut.zip");
    byte[] whole = Files.readAllBytes(zip(Map.of("cats/1.png", png(1))));
    Files.write(cut, Arrays.copyOf(whole, whole.length - 30));
    assertThatThrownBy(() -> PictureArchive.open(cut))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut.zip");
    assertThatThrownBy(() -> PictureArchive.open(folder.resolve("none.zip")))
        .isInstanceOf(NoSuchFileException.class);
    Path tar = Files.write(folder.resolve("a.tar"), new byte[10]);
    assertThatThrownBy(() -> PictureArchive.open(tar))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a.tar cannot be read as a tar file");
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(PictureArchiveTest.class.getResource(name), name).toURI());
  }

  /** Written by tars.py with Python's tarfile. */
  @ParameterizedTest
  @ValueSource(strings = {"ustar.tar", "gnu.tar", "pax.tar", "pax.tar.gz"})
  void tarFilesOfAllFormats(String name) throws Exception {
    try (PictureArchive archive = PictureArchive.open(resource(name))) {
      ImageDataset images = archive.dataset();
      String dogs = name.startsWith("ustar") ? "" : "a folder with a long name/".repeat(6);
      assertThat(images.stream().map(LabeledImage::name))
          .containsExactly(
              "cats/2.png", "cats/10.png", "dogs/" + dogs + "7.png", "dogs/straße é 日本.png");
      int[] first = {2, 10, 7, 1};
      for (int i = 0; i < first.length; i++) {
        Image image = images.get(i).decode(ImageDecoder.standard());
        assertThat(image.sample(0, 0, 0)).isEqualTo(first[i]);
        assertThat(image.width() * image.height()).isEqualTo(20);
        assertThat(images.get(i).sha256()).hasSize(64);
      }
      assertThat(images.skipped()).hasSize(1);
      assertThat(images.split(0.5, 1).train().size()).isEqualTo(2);
    }
  }

  @Test
  void picturesOfATarFileCannotBeReadOnceItIsClosed() throws Exception {
    ImageDataset images;
    try (PictureArchive archive = PictureArchive.open(resource("pax.tar"))) {
      images = archive.dataset();
    }
    assertThatThrownBy(() -> images.get(0).decode(ImageDecoder.standard()))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "symlink.tar, photos/cats/3.png",
    "hardlink.tar, photos/cats/3.png",
    "device.tar, photos/cats/3.png",
    "pipe.tar, photos/cats/3.png",
    "slip.tar, leads out of it",
    "clash.tar, as file and as folder"
  })
  void whatTarFilesMustNotHold(String name, String why) {
    assertThatThrownBy(() -> PictureArchive.open(resource(name)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(why);
  }

  @Test
  void tarFilesThatWereCutOffAreRefused() throws Exception {
    byte[] whole = Files.readAllBytes(resource("gnu.tar"));
    for (int length : new int[] {300, 513, 1100, 2000, 4700}) {
      Path file = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> PictureArchive.open(file))
          .as("%s bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cut.tar");
    }
    byte[] packed = Files.readAllBytes(resource("pax.tar.gz"));
    Path file =
        Files.write(folder.resolve("cut.tar.gz"), Arrays.copyOf(packed, packed.length - 20));
    assertThatThrownBy(() -> PictureArchive.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut.tar.gz cannot be unpacked by gzip: its end is missing");
  }

  @Test
  void theFolderOfAnUnpackedFileGoesWithIt() throws Exception {
    Set<Path> before = unpackedFolders();
    try (PictureArchive archive = PictureArchive.open(resource("pax.tar.gz"))) {
      assertThat(archive).isNotNull();
      assertThat(unpackedFolders()).hasSize(before.size() + 1);
    }
    assertThat(unpackedFolders()).isEqualTo(before);
  }

  private static Set<Path> unpackedFolders() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(it -> String.valueOf(it.getFileName()).startsWith("finetune4j-tar"))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void bombsAreNotUnpacked() throws IOException {
    Path bomb = folder.resolve("bomb.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 20; i++) {
        out.write(zeros);
      }
    }
    assertThatThrownBy(() -> PictureArchive.open(bomb))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unpacks to more than 100 times");
  }
}
