package org.finetune4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetReadersTest {
  @TempDir Path dir;

  @Test
  void readsCifarRowsAsPicturesInOrder() throws IOException {
    for (int batch = 1; batch <= 5; batch++) {
      writeRows("data_batch_" + batch + ".png", 2, batch);
    }
    writeRows("test_batch.png", 1, 9);
    Files.writeString(dir.resolve("train_lables.json"), "[6,9,9,4,1,1,2,7,8,3]");
    Files.writeString(dir.resolve("test_lables.json"), "[3]");
    ImageDataset train = CifarReader.train(dir);
    assertThat(train.labelIndices()).containsExactly(6, 9, 9, 4, 1, 1, 2, 7, 8, 3);
    assertThat(train.labels().name(6)).isEqualTo("frog");
    LabeledImage fourth = train.get(3);
    assertThat(fourth.name()).isEqualTo("data_batch_2.png#1");
    Image image = fourth.decode(ImageDecoder.standard());
    assertThat(image.size()).hasToString("32x32");
    // Column 5 + 32 * 3 of row 1 of the second batch.
    assertThat(image.sample(5, 3, 0)).isEqualTo((5 + 32 * 3) % 256);
    assertThat(image.sample(5, 3, 1)).isEqualTo(1);
    assertThat(image.sample(5, 3, 2)).isEqualTo(2);
    assertThat(CifarReader.test(dir).labelIndices()).containsExactly(3);

    Files.delete(dir.resolve("data_batch_3.png"));
    assertThat(CifarReader.train(dir, 3).size()).isEqualTo(3);
    assertThatThrownBy(() -> CifarReader.train(dir))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("data_batch_3.png");
    Files.writeString(dir.resolve("test_lables.json"), "[3, 10]");
    assertThatThrownBy(() -> CifarReader.test(dir))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("label 1 must be 0 to 9, but is 10");
    Files.writeString(dir.resolve("test_lables.json"), "[3, 1]");
    assertThatThrownBy(() -> CifarReader.test(dir))
        .hasMessageContaining("2 labels, but the pictures are 1");
  }

  @Test
  void readsCatsAndDogs() throws IOException {
    Path file = dir.resolve("dogsNcats.json");
    Files.writeString(
        file,
        "{\"dogs\": \""
            + floats(1, 40)
            + "\", \"more\": [1, 2], \"cats\": \""
            + floats(2, 7)
            + "\"}");
    ImageDataset dataset = CatsDogsReader.read(file);
    assertThat(dataset.labelIndices()).containsExactly(0, 0, 1);
    Image cat = dataset.get(1).decode(ImageDecoder.standard());
    assertThat(cat.sample(2, 1, 1)).isEqualTo((7 + (32 + 2) * 3 + 1) % 256);
    assertThat(dataset.get(2).name()).isEqualTo("dogs#0");

    Files.writeString(file, "{\"dogs\": \"" + floats(1, 40) + "\"}");
    assertThatThrownBy(() -> CatsDogsReader.read(file)).hasMessageContaining("no key 'cats'");
    Files.writeString(file, "{\"dogs\": \"AAAA\", \"cats\": \"AAAA\"}");
    assertThatThrownBy(() -> CatsDogsReader.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("whole pictures");
    Files.writeString(file, "{\"dogs\": [");
    assertThatThrownBy(() -> CatsDogsReader.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not of the form");
  }

  @Test
  void readsIdxPlainAndGzipped() throws IOException {
    byte[] images =
        ByteBuffer.allocate(16 + 12)
            .putInt(0x803)
            .putInt(2)
            .putInt(2)
            .putInt(3)
            .put(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
            .array();
    byte[] labels = {0, 0, 8, 1, 0, 0, 0, 2, 5, 0};
    Path imageFile = Files.write(dir.resolve("images"), images);
    Path labelFile = dir.resolve("labels.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(labelFile))) {
      out.write(labels);
    }
    ImageDataset dataset = IdxReader.read(imageFile, labelFile);
    assertThat(dataset.labelIndices()).containsExactly(5, 0);
    assertThat(dataset.get(1).decode(ImageDecoder.standard()))
        .isEqualTo(Image.gray(3, 2, new byte[] {7, 8, 9, 10, 11, 12}));

    assertThatThrownBy(() -> IdxReader.read(imageFile, imageFile))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no IDX file of unsigned bytes with 1 dimension(s)");
    assertThatThrownBy(() -> IdxReader.read(imageFile, labelFile, Labels.of("a", "b")))
        .hasMessageContaining("label 0 must be below 2, but is 5");
    Files.write(imageFile, Arrays.copyOf(images, 20));
    assertThatThrownBy(() -> IdxReader.read(imageFile, labelFile))
        .hasMessageContaining("announces 2 pictures of 3x2, but has 4 bytes");
  }

  private static String floats(int pictures, int offset) {
    ByteBuffer bytes = ByteBuffer.allocate(pictures * 3072 * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < pictures * 3072; i++) {
      bytes.putFloat((i % 3072 + offset) % 256);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** Red is the column, green the row, blue the batch. */
  private void writeRows(String file, int rows, int blue) throws IOException {
    BufferedImage picture = new BufferedImage(1024, rows, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < 1024; x++) {
        picture.setRGB(x, y, ((x % 256) << 16) | (y << 8) | blue);
      }
    }
    ImageIO.write(picture, "png", dir.resolve(file).toFile());
  }
}
