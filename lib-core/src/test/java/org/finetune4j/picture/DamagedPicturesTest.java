package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.Deflater;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that end too early or are damaged beside their pixels, as the rules of a decoder say. */
class DamagedPicturesTest {
  private static final ImageDecoder STANDARD = ImageDecoder.standard();

  private final List<String> reports = new ArrayList<>();
  private final ImageDecoder keeping =
      ImageDecoder.builder().truncated(Truncated.KEEP).onKept(reports::add).build();
  private final ImageDecoder strict = ImageDecoder.builder().strict().build();

  private static byte[] resource(String file) throws IOException {
    try (InputStream in = DamagedPicturesTest.class.getResourceAsStream("/images/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    }
  }

  private static byte[] rows(Image image, int count) {
    return Arrays.copyOf(image.samples(), count * image.width() * image.channels());
  }

  @ParameterizedTest
  @ValueSource(strings = {"scaled/baseline444.jpg", "rgb.png"})
  void keptPicturesAreRightAsFarAsTheyGo(String name) throws IOException {
    byte[] file = resource(name);
    byte[] cut = Arrays.copyOf(file, file.length * 3 / 4);
    Image whole = STANDARD.decode(file);
    assertThatThrownBy(() -> STANDARD.decode(cut)).isInstanceOf(IOException.class);

    Image kept = keeping.decode(cut);

    assertThat(kept.size()).isEqualTo(whole.size());
    assertThat(kept).isNotEqualTo(whole);
    int rows = whole.height() / 3;
    assertThat(rows(kept, rows)).isEqualTo(rows(whole, rows));
    assertThat(reports)
        .containsExactly(
            "Picture of "
                + cut.length
                + " bytes is truncated or damaged, and kept as far as it"
                + " goes.");
    // A draft is not worth a second way: the whole is decoded.
    assertThat(keeping.draft(new ImageSize(1, 1)).decode(cut)).isEqualTo(kept);
  }

  /** Pillow's LOAD_TRUNCATED_IMAGES leaves the same rows black. */
  @ParameterizedTest
  @CsvSource({"rgb.bmp, true", "palette.bmp, true", "gray.bmp, true", "raw.tif, false"})
  void rowsThatAreMissingFromAPlainFileAreZero(String name, boolean upwards) throws IOException {
    byte[] file = resource(name);
    Image whole = STANDARD.decode(file);
    byte[] cut = Arrays.copyOf(file, file.length * 3 / 4);
    assertThatThrownBy(() -> STANDARD.decode(cut))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot decode picture of " + cut.length + " bytes: ");

    Image kept = keeping.decode(cut);

    assertThat(reports).hasSize(1);
    assertThat(kept.size()).isEqualTo(whole.size());
    int rows = whole.height() / 4;
    int there = upwards ? whole.height() - rows : 0;
    assertThat(rows(kept, there, rows)).isEqualTo(rows(whole, there, rows));
    int missing = upwards ? 0 : whole.height() - 1;
    assertThat(rows(kept, missing, 1)).isNotEqualTo(rows(whole, missing, 1));
    byte[] row = rows(kept, missing, 1);
    assertThat(Arrays.copyOfRange(row, 3, row.length))
        .isEqualTo(Arrays.copyOf(row, row.length - 3)); // one color
  }

  private static byte[] rows(Image image, int from, int count) {
    int length = 3 * image.width();
    return Arrays.copyOfRange(image.rgb(), from * length, (from + count) * length);
  }

  /** A strip that is packed gives the rows before its end. */
  @Test
  void packedTiffsAreKeptAsFarAsTheyGo() throws IOException {
    Random random = new Random(1);
    byte[] rows = new byte[40 * 30];
    random.nextBytes(rows);
    byte[] tiff = deflatedTiff(40, 30, rows);
    assertThat(STANDARD.decode(tiff).samples()).isEqualTo(rows);
    byte[] cut = Arrays.copyOf(tiff, tiff.length / 2);
    assertThatThrownBy(() -> STANDARD.decode(cut)).isInstanceOf(IOException.class);

    Image kept = keeping.decode(cut);

    assertThat(reports).hasSize(1);
    assertThat(Arrays.copyOf(kept.samples(), 40 * 12)).isEqualTo(Arrays.copyOf(rows, 40 * 12));
    assertThat(Arrays.copyOfRange(kept.samples(), 40 * 20, 40 * 30)).containsOnly((byte) 0);
  }

  /** One strip of gray samples; the directory stands before it. */
  private static byte[] deflatedTiff(int width, int height, byte[] rows) {
    Deflater deflater = new Deflater();
    deflater.setInput(rows);
    deflater.finish();
    byte[] packed = new byte[rows.length + 100];
    int length = deflater.deflate(packed);
    deflater.end();
    int[][] fields = {
      {256, width},
      {257, height},
      {258, 8},
      {259, 8},
      {262, 1},
      {273, 8 + 2 + 9 * 12 + 4},
      {277, 1},
      {278, height},
      {279, length}
    };
    ByteBuffer file = ByteBuffer.allocate(8 + 2 + 9 * 12 + 4 + length);
    file.order(ByteOrder.LITTLE_ENDIAN).putInt(0x002A4949).putInt(8).putShort((short) 9);
    for (int[] field : fields) {
      file.putShort((short) field[0]).putShort((short) 3).putInt(1).putInt(field[1]);
    }
    return file.putInt(0).put(packed, 0, length).array();
  }

  /** Two rows in runs of eight bits, of which the upper one is missing with the mark of the end. */
  @Test
  void runsOfABitmapThatEndTooEarlyAreTruncated() throws IOException {
    byte[] file =
        HexFormat.of()
            .parseHex(
                "424D000000000000000042000000"
                    + "280000000200000002000000010008000100000000000000"
                    + "00000000000000000300000000000000"
                    + "000000000000FF0000FF0000" // black, red, green
                    + "02010000" // two red pixels, end of the row
                    + "0202" // two green ones
                    + "0001"); // the end
    byte[] withoutMark = Arrays.copyOf(file, file.length - 2);
    byte[] cut = Arrays.copyOf(file, file.length - 4);

    Image whole = STANDARD.decode(file);

    assertThat(whole.rgb()).containsExactly(0, -1, 0, 0, -1, 0, -1, 0, 0, -1, 0, 0);
    assertThat(STANDARD.decode(withoutMark)).isEqualTo(whole);
    assertThatThrownBy(() -> STANDARD.decode(cut))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("it ends before its last pixel.");
    assertThat(keeping.decode(cut).rgb()).containsExactly(0, 0, 0, 0, 0, 0, -1, 0, 0, -1, 0, 0);
    assertThat(reports).hasSize(1);
  }

  @Test
  void datasetsTellWhichPicturesAreKept() throws IOException {
    byte[] file = resource("rgb.png");
    ImageDataset dataset =
        ImageDataset.of(
            Labels.of("one"),
            List.of(
                LabeledImage.of("whole.png", file, 0),
                LabeledImage.of("cut.png", Arrays.copyOf(file, file.length * 3 / 4), 0)));

    ImageDataset kept = dataset.readable(keeping);
    ImageDataset refused = dataset.readable(STANDARD);

    assertThat(kept.size()).isEqualTo(2);
    assertThat(kept.warnings())
        .containsExactly("1 picture is truncated or damaged and kept as far as it goes: cut.png");
    assertThat(kept.toString()).contains("cut.png");
    assertThat(reports).hasSize(1);
    assertThat(refused.size()).isEqualTo(1);
    assertThat(refused.warnings().toString()).doesNotContain("kept");
  }

  @Test
  void wholePicturesAreKeptWithoutReport() throws IOException {
    for (String name :
        List.of(
            "baseline.jpg", "progressive.jpg", "rgb.png", "lossy.webp", "lzw.tif", "palette.bmp")) {
      assertThat(keeping.decode(resource(name))).isEqualTo(STANDARD.decode(resource(name)));
      assertThat(strict.decode(resource(name))).isEqualTo(STANDARD.decode(resource(name)));
    }
    assertThat(reports).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lossy.webp", "raw.tif", "baseline.jpg", "rgb.png"})
  void whatEndsBeforeItsFirstRowIsRefused(String name) throws IOException {
    byte[] cut = Arrays.copyOf(resource(name), 40);

    assertThatThrownBy(() -> keeping.decode(cut))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot decode picture of 40 bytes: ");
    assertThat(reports).isEmpty();
  }

  @Test
  void strictDecodersRefuseDamageBesideThePixels() throws IOException {
    byte[] png = resource("rgb.png");
    byte[] jpeg = resource("baseline.jpg");
    byte[] wrongSum = png.clone();
    wrongSum[png.length - 1] ^= 1; // of the end chunk
    byte[] endless = Arrays.copyOf(png, png.length - 12);
    ByteArrayOutputStream longer = new ByteArrayOutputStream();
    longer.writeBytes(png);
    longer.writeBytes(new byte[7]);

    refuses(wrongSum, "The sum of its chunk IEND is wrong.");
    refuses(endless, "It lacks the chunk of its end.");
    refuses(longer.toByteArray(), "7 bytes that belong to no picture follow its end.");
    refuses(Arrays.copyOf(jpeg, jpeg.length - 2), "It lacks the marker of its end.");
  }

  private void refuses(byte[] file, String reason) throws IOException {
    assertThat(STANDARD.decode(file)).isNotNull();
    assertThatThrownBy(() -> strict.decode(file))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(reason);
  }
}
