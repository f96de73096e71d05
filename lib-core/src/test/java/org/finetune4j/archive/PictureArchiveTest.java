package org.finetune4j.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
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
        .hasMessageContaining("a.zip is no zip file");
    Path cut = folder.resolve("cut.zip");
    byte[] whole = Files.readAllBytes(zip(Map.of("cats/1.png", png(1))));
    Files.write(cut, Arrays.copyOf(whole, whole.length - 30));
    assertThatThrownBy(() -> PictureArchive.open(cut))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cut.zip");
    assertThatThrownBy(() -> PictureArchive.open(folder.resolve("none.zip")))
        .isInstanceOf(NoSuchFileException.class);
    Path tar = Files.write(folder.resolve("a.tar"), new byte[10]);
    assertThatThrownBy(() -> PictureArchive.open(tar)).hasMessageContaining("Unpack it");
  }
}
