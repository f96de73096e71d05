package org.finetune4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.finetune4j.image.Image;
import org.finetune4j.image.Interpolation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AffineTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void equalsSciPyOnSyntheticPictures() throws IOException {
    for (JsonNode node : Pictures.json("affine.json")) {
      checkSynthetic(node);
    }
  }

  private static void checkSynthetic(JsonNode node) {
    Image image =
        Pictures.of(
            node.get("width").asInt(), node.get("height").asInt(), node.get("channels").asInt());
    JsonNode p = node.get("parameters");
    Affine affine =
        new Affine(
            p.get(0).asDouble(),
            p.get(1).asDouble(),
            p.get(2).asDouble(),
            p.get(3).asDouble(),
            p.get(4).asDouble(),
            p.get(5).asDouble());
    FillMode mode = FillMode.valueOf(node.get("fillMode").asText());
    Interpolation interpolation = Interpolation.valueOf(node.get("interpolation").asText());
    Image actual = affine.apply(image, mode, node.get("fillValue").asInt(), interpolation);
    String what = affine + ", " + mode + ", " + interpolation;
    Pictures.assertRounded(actual, node.get("expected"), what);
  }

  /** The vectors of the golden folder, if it is there. */
  @Test
  void equalsSciPyOnGoldenPictures() throws IOException {
    Optional<Path> folder = SharedFiles.find("golden/augment");
    assumeTrue(folder.isPresent(), "No shared folder with golden/augment: golden test skipped.");
    Path golden = folder.orElseThrow();
    JsonNode cases = JSON.readTree(golden.resolve("vectors.json").toFile()).get("cases");
    assertThat(cases).isNotEmpty();
    for (JsonNode node : cases) {
      checkGolden(node, decode(golden.resolve(node.get("image").asText())));
    }
  }

  private static void checkGolden(JsonNode node, Image image) {
    JsonNode p = node.get("parameters");
    Affine affine =
        new Affine(
            p.get("rotation_degrees").asDouble(),
            p.get("height_shift_px").asDouble(),
            p.get("width_shift_px").asDouble(),
            p.get("shear_degrees").asDouble(),
            p.get("zoom_height").asDouble(),
            p.get("zoom_width").asDouble());
    FillMode mode = FillMode.valueOf(node.get("fill_mode").asText().toUpperCase(Locale.ROOT));
    Image actual =
        affine.apply(image, mode, node.get("fill_value").asInt(), Interpolation.BILINEAR);
    double worst = 0;
    for (int y = 0; y < image.height(); y++) {
      JsonNode row = node.get("expected").get(y);
      for (int x = 0; x < image.width(); x++) {
        for (int c = 0; c < 3; c++) {
          double expected = row.get(x).get(c).asDouble();
          worst = Math.max(worst, Math.abs(actual.sample(x, y, c) - expected));
        }
      }
    }
    assertThat(worst).as("%s, %s", affine, mode).isLessThanOrEqualTo(0.501);
  }

  private static Image decode(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      var picture = ImageIO.read(in);
      byte[] rgb = new byte[picture.getWidth() * picture.getHeight() * 3];
      for (int i = 0; i < rgb.length / 3; i++) {
        int pixel = picture.getRGB(i % picture.getWidth(), i / picture.getWidth());
        rgb[3 * i] = (byte) (pixel >> 16);
        rgb[3 * i + 1] = (byte) (pixel >> 8);
        rgb[3 * i + 2] = (byte) pixel;
      }
      return Image.of(picture.getWidth(), picture.getHeight(), rgb);
    }
  }

  @ParameterizedTest
  @EnumSource(FillMode.class)
  void zeroParametersAndTwoFlipsChangeNothing(FillMode mode) {
    Affine flip = new Affine(0, 0, 0, 0, -1, -1);
    for (Image image :
        new Image[] {Pictures.of(7, 5, 3), Pictures.of(1, 9, 1), Pictures.of(1, 1, 3)}) {
      for (Interpolation i : new Interpolation[] {Interpolation.BILINEAR, Interpolation.NEAREST}) {
        assertThat(Affine.IDENTITY.apply(image, mode, 0, i)).isEqualTo(image);
        Image flipped = flip.apply(image, mode, 0, i);
        assertThat(flipped.sample(0, 0, 0))
            .isEqualTo(image.sample(image.width() - 1, image.height() - 1, 0));
        assertThat(flip.apply(flipped, mode, 0, i)).isEqualTo(image);
      }
    }
  }

  /** Every fixed-point column against the floating-point one: wide rows are computed in runs. */
  @Test
  void wideRowsStayExact() {
    Image wide = Pictures.of(20_000, 3, 1);
    double zoom = 0.7311;
    Image warped =
        new Affine(0, 0.25, 0, 0, 1, zoom).apply(wide, FillMode.NEAREST, 0, Interpolation.BILINEAR);
    for (int x = 0; x < wide.width(); x += 3) {
      double source = (x - 9999.5) * zoom + 9999.5;
      int left = (int) source;
      double weight = source - left;
      double top = wide.sample(left, 1, 0) * (1 - weight) + wide.sample(left + 1, 1, 0) * weight;
      double low = wide.sample(left, 2, 0) * (1 - weight) + wide.sample(left + 1, 2, 0) * weight;
      assertThat((double) warped.sample(x, 1, 0)).isCloseTo(0.75 * top + 0.25 * low, within(0.501));
    }
  }

  @Test
  void fastStaysWithinOneLevel() {
    for (Image image :
        new Image[] {
          Pictures.of(61, 47, 3), Pictures.of(1, 1, 3), Pictures.of(9, 1, 3), Pictures.of(20, 31, 1)
        }) {
      for (FillMode mode : FillMode.values()) {
        for (int i = 0; i < 40; i++) {
          Affine affine =
              new Affine(i * 9.3 - 180, i % 7, i % 5 - 2.4, i - 20, 0.6 + i * 0.03, 1.1);
          byte[] exact = affine.apply(image, mode, 40, Interpolation.BILINEAR).samples();
          byte[] fast = affine.applyFast(image, mode, 40, Interpolation.BILINEAR).samples();
          int worst = 0;
          for (int k = 0; k < exact.length; k++) {
            worst = Math.max(worst, Math.abs((exact[k] & 0xFF) - (fast[k] & 0xFF)));
          }
          assertThat(worst).isLessThan(2);
        }
      }
    }
  }

  /** More than the scratch memory of the fast warp holds. */
  @Test
  void largePicturesWork() {
    Image large = Pictures.of(1200, 1000, 3);
    Affine affine = new Affine(10, 3, 2, 0, 1.1, 0.9);
    assertThat(affine.applyFast(large, FillMode.WRAP, 0, Interpolation.BILINEAR))
        .isEqualTo(affine.apply(large, FillMode.WRAP, 0, Interpolation.BILINEAR));
  }

  @Test
  void extremeMapsStayWithinThePicture() {
    Image image = Pictures.of(9, 6, 3);
    for (double size : new double[] {1e-12, 1e12, 1e300}) {
      for (FillMode mode : FillMode.values()) {
        Affine affine = new Affine(30, size, -size, 89.9, size, -1 / size);
        assertThat(affine.apply(image, mode, 7, Interpolation.BILINEAR).size())
            .isEqualTo(image.size());
        assertThat(affine.apply(image, mode, 7, Interpolation.NEAREST).size())
            .isEqualTo(image.size());
      }
    }
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> new Affine(0, 0, 0, 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A zoom must not be 0, but zoomHeight is 0.0 and zoomWidth is 1.0.");
    assertThatThrownBy(() -> new Affine(Double.NaN, 0, 0, 0, 1, 1))
        .hasMessage("rotationDegrees must be finite, but is NaN.");
    Image image = Pictures.of(2, 2, 1);
    assertThatThrownBy(
            () -> Affine.IDENTITY.apply(image, FillMode.CONSTANT, 256, Interpolation.BILINEAR))
        .hasMessage("fillValue must lie in [0, 255], but is 256.");
    assertThatThrownBy(() -> Affine.IDENTITY.apply(image, FillMode.WRAP, 0, Interpolation.BICUBIC))
        .hasMessage("An affine map is interpolated BILINEAR or NEAREST, not BICUBIC.");
  }
}
