package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

  @Test
  void wholePicturesAreKeptWithoutReport() throws IOException {
    for (String name : List.of("baseline.jpg", "progressive.jpg", "rgb.png", "lossy.webp")) {
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
