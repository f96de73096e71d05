package org.finetune4j.tfrecord;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against files that TensorFlow wrote: {@code records.py} beside them. */
class TfRecordsTest {
  @TempDir Path folder;

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(TfRecordsTest.class.getResource(name), name).toURI());
  }

  @Test
  void whatTensorFlowWrote() throws Exception {
    ImageDataset images = TfRecords.standard().read(List.of(resource("tensorflow.tfrecord")));
    assertThat(images.labels().names()).containsExactly("0", "1", "2");
    assertThat(images.labelIndices()).containsExactly(0, 1, 2, 0, 1);
    for (int i = 0; i < 5; i++) {
      Image image = images.get(i).decode(ImageDecoder.standard());
      assertThat(image.width()).isEqualTo(4);
      assertThat(image.height()).isEqualTo(3);
      assertThat(image.rgb()[0]).isEqualTo((byte) (50 * i));
      assertThat(images.get(i).name()).isEqualTo("tensorflow.tfrecord#" + i);
    }
  }

  @Test
  void labelsByName() throws Exception {
    TfRecords format = TfRecords.standard().withFields("image/encoded", "image/class/text");
    List<Path> files = List.of(resource("named.tfrecord"), resource("named.tfrecord"));
    ImageDataset images = format.read(files);
    assertThat(images.labels().names()).containsExactly("cat", "h\u00E4schen");
    assertThat(images.labelIndices()).containsExactly(1, 0, 0, 1, 0, 0);
    assertThatThrownBy(() -> format.withLabels(Labels.of("cat", "dog")).read(files))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("named.tfrecord#0 has the label 'h\u00E4schen'");
    assertThatThrownBy(() -> TfRecords.standard().read(files))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("named.tfrecord#0 has no feature 'image'")
        .hasMessageContaining("image/class/text")
        .hasMessageContaining("withFields");
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    ImageDataset images = Stripes.of(7, 1);
    Path file = folder.resolve("written.tfrecord");
    TfRecords.standard().write(images, file);
    ImageDataset again = TfRecords.standard().withLabels(images.labels()).read(List.of(file));
    assertThat(again.labelIndices()).isEqualTo(images.labelIndices());
    for (int i = 0; i < 7; i++) {
      assertThat(again.get(i).decode(ImageDecoder.standard()))
          .isEqualTo(images.get(i).decode(ImageDecoder.standard()));
      assertThat(again.get(i).encoded()).isEqualTo(images.get(i).encoded());
      assertThat(again.get(i).load().sha256()).isEqualTo(again.get(i).sha256());
    }
    ImageDataset text = TfRecords.standard().withFields("image", "label/text").read(List.of(file));
    assertThat(text.labels()).isEqualTo(images.labels());
  }

  /** Whatever byte is wrong, the file is refused, and nothing but an IOException is thrown. */
  @Test
  void everyWrongByteIsFound() throws IOException {
    Path file = folder.resolve("damaged.tfrecord");
    TfRecords.standard().write(Stripes.of(2, 1), file);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 4;
      Files.write(file, damaged);
      assertThatThrownBy(() -> TfRecords.standard().read(List.of(file)))
          .as("byte %d", i)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged.tfrecord");
    }
    for (int length : new int[] {1, 11, 12, 40, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TfRecords.standard().read(List.of(file)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged at byte");
    }
  }

  @Test
  void aRecordThatChangesLaterIsFoundWhenItIsUsed() throws IOException {
    Path file = folder.resolve("changing.tfrecord");
    TfRecords.standard().write(Stripes.of(2, 1), file);
    LabeledImage second = TfRecords.standard().read(List.of(file)).get(1);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 20] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> second.decode(ImageDecoder.standard()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("CRC-32C");
  }

  @Test
  void compressedAndOtherFilesAreToldApart() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(new byte[100]);
    }
    Path file = Files.write(folder.resolve("a.tfrecord"), bytes.toByteArray());
    assertThatThrownBy(() -> TfRecords.standard().read(List.of(file)))
        .hasMessageContaining("gunzip");
    Files.writeString(file, "This is a text and no record file.");
    assertThatThrownBy(() -> TfRecords.standard().read(List.of(file)))
        .hasMessageContaining("it is no TFRecord file");
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> TfRecords.standard().read(List.of(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no record");
  }
}
