package org.finetune4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.zip.CRC32;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class OperationTest {
  @ParameterizedTest
  @CsvFileSource(resources = "pillow.csv")
  void equalsPillowToTheLastBit(
      String name, double value, int width, int height, int channels, boolean flat, long crc) {
    Image image =
        flat ? Pictures.flat(width, height, channels) : Pictures.of(width, height, channels);
    CRC32 actual = new CRC32();
    actual.update(operation(name, value).apply(image).samples());
    assertThat(actual.getValue()).isEqualTo(crc);
  }

  @Test
  void aGrayPictureIsOneChannelOfTheGrayscaleOne() {
    Image color = Pictures.of(7, 5, 3);
    Image gray = color.toGray();
    assertThat(gray.channels()).isEqualTo(1);
    assertThat(gray.toRgb()).isEqualTo(new Grayscale.ToGray().apply(color));
    assertThat(gray.toGray()).isSameAs(gray);
  }

  private static Operation operation(String name, double value) {
    return switch (name) {
      case "BRIGHTNESS" -> new Brightness.BrightnessBy(value);
      case "CONTRAST" -> new Contrast.ContrastBy(value);
      case "SATURATION" -> new Saturation.SaturationBy(value);
      case "SHARPNESS" -> new Sharpness.SharpnessBy(value);
      case "POSTERIZE" -> new Posterize((int) value);
      case "SOLARIZE" -> new Solarize(value);
      case "AUTO_CONTRAST" -> new AutoContrast();
      case "EQUALIZE" -> new Equalize();
      case "GRAYSCALE" -> new Grayscale.ToGray();
      default -> throw new IllegalArgumentException(name);
    };
  }

  @Test
  void blurEqualsSciPy() throws IOException {
    for (JsonNode node : Pictures.json("filters.json").get("blur")) {
      Operation blur = new GaussianBlur.BlurBy(node.get(3).asDouble());
      Pictures.assertRounded(blur.apply(picture(node)), node.get(4), blur.toString());
    }
    Image image = Pictures.of(4, 4, 1);
    assertThat(new GaussianBlur.BlurBy(0).apply(image)).isEqualTo(image);
  }

  @Test
  void hueEqualsColorsys() throws IOException {
    for (JsonNode node : Pictures.json("filters.json").get("hue")) {
      Operation hue = new Hue.HueBy(node.get(3).asDouble());
      Pictures.assertRounded(hue.apply(picture(node)), node.get(4), hue.toString());
    }
  }

  private static Image picture(JsonNode node) {
    return Pictures.of(node.get(0).asInt(), node.get(1).asInt(), node.get(2).asInt());
  }

  /** Keras clips to the picture's own smallest and largest sample. */
  @Test
  void channelShiftStaysWithinThePicturesRange() {
    Image image = Image.gray(4, 1, new byte[] {10, 50, 100, (byte) 200});
    assertThat(new ChannelShift.ChannelShiftBy(30).apply(image).samples())
        .containsExactly(40, 80, 130, (byte) 200);
    assertThat(new ChannelShift.ChannelShiftBy(-45).apply(image).samples())
        .containsExactly(10, 10, 55, (byte) 155);
  }

  @Test
  void noiseHasItsDeviationAndNoBias() {
    byte[] gray = new byte[200 * 200];
    java.util.Arrays.fill(gray, (byte) 128);
    Image noisy = new GaussianNoise.NoiseBy(12, 5).apply(Image.gray(200, 200, gray));
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    for (byte sample : noisy.samples()) {
      double difference = (sample & 0xFF) - 128;
      sum += difference;
      squares += difference * difference;
      fourth += Math.pow(difference, 4);
    }
    double variance = squares / gray.length;
    assertThat(sum / gray.length).isCloseTo(0, within(0.2));
    assertThat(variance).isCloseTo(144, within(4.0));
    assertThat(fourth / gray.length / (variance * variance))
        .as("kurtosis")
        .isCloseTo(3, within(0.1));
  }

  /** Tabulated quantiles of the normal distribution. */
  @Test
  void normalTableHoldsTheQuantiles() {
    assertThat(NormalTable.value(2048)).isEqualTo(-NormalTable.value(2047)).isPositive();
    assertThat((double) NormalTable.value((int) (0.841345 * 4096))).isCloseTo(1, within(0.003));
    assertThat((double) NormalTable.value((int) (0.975 * 4096))).isCloseTo(1.95996, within(0.006));
    assertThat((double) NormalTable.value(4095)).isCloseTo(3.667, within(0.01));
  }

  @Test
  void erasesOneRectangleOfTheDrawnArea() {
    RandomErasing erasing = new RandomErasing(1, new Range(0.1, 0.3), new Range(0.5, 2), 9);
    byte[] white = new byte[100 * 80];
    java.util.Arrays.fill(white, (byte) 255);
    Image image = Image.gray(100, 80, white);
    for (int i = 0; i < 50; i++) {
      Image erased = erasing.sample(CounterRandom.of(i)).apply(image);
      int left = 100;
      int right = -1;
      int top = 80;
      int bottom = -1;
      int count = 0;
      for (int y = 0; y < 80; y++) {
        for (int x = 0; x < 100; x++) {
          if (erased.sample(x, y, 0) == 9) {
            count++;
            left = Math.min(left, x);
            right = Math.max(right, x);
            top = Math.min(top, y);
            bottom = Math.max(bottom, y);
          }
        }
      }
      int boxWidth = right - left + 1;
      int boxHeight = bottom - top + 1;
      assertThat(count).isEqualTo(boxWidth * boxHeight);
      assertThat(count / 8000.0).isBetween(0.09, 0.31);
      assertThat((double) boxHeight / boxWidth).isBetween(0.48, 2.1);
    }
  }

  @Test
  void slantMovesRowsInProportionToTheirDistanceFromTheCenter() {
    Image image = Pictures.of(9, 5, 3);
    Image slanted = new AutoOperation.SlantBy(0, 1).apply(image);
    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 9; x++) {
        int source = x + y - 2;
        int expected = source < 0 || source > 8 ? 128 : image.sample(source, y, 1);
        assertThat(slanted.sample(x, y, 1)).isEqualTo(expected);
      }
    }
  }

  @Test
  void padsInAllFillModes() {
    Image image = Image.gray(3, 1, new byte[] {1, 2, 3});
    assertThat(padded(image, FillMode.NEAREST)).containsExactly(1, 1, 1, 1, 1, 2, 3, 3, 3, 3, 3);
    assertThat(padded(image, FillMode.REFLECT)).containsExactly(3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1);
    assertThat(padded(image, FillMode.WRAP)).containsExactly(3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1);
    assertThat(padded(image, FillMode.CONSTANT)).containsExactly(7, 7, 7, 7, 1, 2, 3, 7, 7, 7, 7);
    Image taller = new Pad(0, 1, 0, 2, FillMode.CONSTANT, 0).apply(image);
    assertThat(taller.size()).isEqualTo(new ImageSize(3, 4));
    assertThat(taller.samples()).containsExactly(0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0);
  }

  private static byte[] padded(Image image, FillMode mode) {
    return new Pad(4, 0, 4, 0, mode, 7).apply(image).samples();
  }
}
