package org.finetune4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ResizeTest {
  /** CRC-32 of the samples of {@code Image.resize} in Pillow 9.4 for the same picture. */
  @ParameterizedTest
  @CsvSource({
    "NEAREST, 61, 47, 3, 20, 33, 3419737194",
    "NEAREST, 61, 47, 3, 100, 90, 4220397968",
    "NEAREST, 32, 32, 3, 96, 96, 3494700182",
    "NEAREST, 300, 201, 3, 224, 224, 3026965543",
    "NEAREST, 40, 30, 1, 7, 30, 290945482",
    "NEAREST, 40, 30, 1, 40, 61, 2719760253",
    "NEAREST, 5, 1, 3, 1, 4, 3415974519",
    "BILINEAR, 61, 47, 3, 20, 33, 2067858974",
    "BILINEAR, 61, 47, 3, 100, 90, 4206434654",
    "BILINEAR, 32, 32, 3, 96, 96, 72458499",
    "BILINEAR, 300, 201, 3, 224, 224, 140164794",
    "BILINEAR, 40, 30, 1, 7, 30, 3265292448",
    "BILINEAR, 40, 30, 1, 40, 61, 1892431602",
    "BILINEAR, 5, 1, 3, 1, 4, 3415974519",
    "BICUBIC, 61, 47, 3, 20, 33, 2709062784",
    "BICUBIC, 61, 47, 3, 100, 90, 1278504116",
    "BICUBIC, 32, 32, 3, 96, 96, 3456437438",
    "BICUBIC, 300, 201, 3, 224, 224, 3823889346",
    "BICUBIC, 40, 30, 1, 7, 30, 424571193",
    "BICUBIC, 40, 30, 1, 40, 61, 2290279457",
    "BICUBIC, 5, 1, 3, 1, 4, 3415974519",
    "AREA, 61, 47, 3, 20, 33, 2060048609",
    "AREA, 61, 47, 3, 100, 90, 4220397968",
    "AREA, 32, 32, 3, 96, 96, 3494700182",
    "AREA, 300, 201, 3, 224, 224, 511654771",
    "AREA, 40, 30, 1, 7, 30, 3781544765",
    "AREA, 40, 30, 1, 40, 61, 2665903666",
    "AREA, 5, 1, 3, 1, 4, 3415974519"
  })
  void equalsPillowToTheLastBit(
      Interpolation interpolation, int w, int h, int channels, int toW, int toH, long crc) {
    Image resized = Resize.squash(picture(w, h, channels), new ImageSize(toW, toH), interpolation);
    CRC32 actual = new CRC32();
    actual.update(resized.samples());
    assertThat(resized.size()).isEqualTo(new ImageSize(toW, toH));
    assertThat(resized.channels()).isEqualTo(channels);
    assertThat(actual.getValue()).isEqualTo(crc);
  }

  /** CRC-32 of the samples of {@code Image.resize} with {@code reducing_gap} in Pillow 12. */
  @ParameterizedTest
  @CsvSource({
    "BICUBIC, 301, 203, 3, 20, 33, 2, 829509875",
    "BICUBIC, 301, 203, 1, 20, 33, 3, 1423949315",
    "BICUBIC, 1001, 77, 3, 31, 70, 2, 3545017802",
    "BICUBIC, 640, 480, 3, 24, 24, 1.5, 239586662",
    "BICUBIC, 64, 999, 1, 64, 10, 1, 3195513194",
    "BILINEAR, 301, 203, 3, 20, 33, 2, 3106431768",
    "BILINEAR, 301, 203, 1, 20, 33, 3, 3890205637",
    "BILINEAR, 1001, 77, 3, 31, 70, 2, 866428537",
    "BILINEAR, 640, 480, 3, 24, 24, 1.5, 819464008",
    "BILINEAR, 64, 999, 1, 64, 10, 1, 2297635554",
    "AREA, 301, 203, 3, 20, 33, 2, 985742733",
    "AREA, 301, 203, 1, 20, 33, 3, 636687271",
    "AREA, 1001, 77, 3, 31, 70, 2, 1300736070",
    "AREA, 640, 480, 3, 24, 24, 1.5, 1510569344",
    "AREA, 64, 999, 1, 64, 10, 1, 2404937457"
  })
  void reducingFirstEqualsPillowToTheLastBit(
      Interpolation interpolation,
      int w,
      int h,
      int channels,
      int toW,
      int toH,
      double gap,
      long crc) {
    Image resized =
        Resize.squash(picture(w, h, channels), new ImageSize(toW, toH), interpolation, gap);
    CRC32 actual = new CRC32();
    actual.update(resized.samples());
    assertThat(actual.getValue()).isEqualTo(crc);
  }

  @Test
  void coversAndContainsAtItsOwnProportions() {
    Image wide = picture(200, 100, 3);
    ImageSize square = ImageSize.square(50);
    assertThat(Resize.cover(wide, square, Interpolation.BICUBIC).size())
        .isEqualTo(new ImageSize(100, 50));
    assertThat(Resize.contain(wide, square, Interpolation.BICUBIC).size())
        .isEqualTo(new ImageSize(50, 25));
    assertThat(Resize.contain(picture(300, 1, 1), square, Interpolation.AREA).size())
        .isEqualTo(new ImageSize(50, 1));
    assertThat(Resize.squash(wide, wide.size(), Interpolation.BICUBIC)).isSameAs(wide);
  }

  /** Cutting first changes no bit, whatever is cut away. */
  @ParameterizedTest
  @CsvSource({"61, 47", "47, 61", "300, 3", "3, 300", "200, 1", "1, 200", "32, 32", "20, 40"})
  void cropIsTheMiddleOfWhatCovers(int width, int height) {
    for (Interpolation interpolation : Interpolation.values()) {
      for (int channels : new int[] {1, 3}) {
        Image image = picture(width, height, channels);
        for (ImageSize size : List.of(ImageSize.square(32), new ImageSize(20, 7))) {
          assertThat(Resize.crop(image, size, interpolation))
              .isEqualTo(Crop.center(Resize.cover(image, size, interpolation), size));
        }
      }
    }
  }

  /** The same with boxes first, of the size that the whole would have. */
  @ParameterizedTest
  @CsvSource({"301, 203, 1", "203, 301, 2", "640, 90, 1.5"})
  void cropAndContainReduceFirstToo(int width, int height, double gap) {
    ImageSize size = new ImageSize(20, 24);
    for (int channels : new int[] {1, 3}) {
      Image image = picture(width, height, channels);
      Image covering = Resize.cover(image, size, Interpolation.BICUBIC);
      Image within = Resize.contain(image, size, Interpolation.BICUBIC);

      assertThat(Resize.crop(image, size, Interpolation.BICUBIC, gap))
          .isEqualTo(
              Crop.center(Resize.squash(image, covering.size(), Interpolation.BICUBIC, gap), size));
      assertThat(Resize.contain(image, size, Interpolation.BICUBIC, gap))
          .isEqualTo(Resize.squash(image, within.size(), Interpolation.BICUBIC, gap))
          .isNotEqualTo(within);
    }
  }

  /** Millions of rows, a little darker each: they are reduced before they are filtered. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "2, 3"})
  void sidesOfMillionsAreResizedAsShorterOnes(int width, int channels) {
    Image longest = slope(width, 3_000_000, channels);
    Image shorter = slope(width, 30_000, channels);
    ImageSize size = new ImageSize(5, 24);

    byte[] actual = Resize.squash(longest, size, Interpolation.BICUBIC).samples();
    byte[] expected = Resize.squash(shorter, size, Interpolation.BICUBIC).samples();

    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i] & 0xFF).isCloseTo(expected[i] & 0xFF, within(1));
    }
  }

  private static Image slope(int width, int height, int channels) {
    byte[] samples = new byte[width * height * channels];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (255 - 256L * i / samples.length);
    }
    return channels == 1 ? Image.gray(width, height, samples) : Image.of(width, height, samples);
  }

  /** A line is a picture of two equal lines, each filtered as any other. */
  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void aSingleLineIsResizedAsTwoEqualOnes(Interpolation interpolation) {
    Image line = picture(90, 1, 3);
    byte[] twice = new byte[2 * line.samples().length];
    line.copySamples(twice, 0);
    line.copySamples(twice, twice.length / 2);
    Image two = Image.wrap(new ImageSize(90, 2), 3, twice);
    for (ImageSize size : List.of(new ImageSize(20, 9), new ImageSize(200, 4))) {
      Image expected = Resize.squash(two, size, interpolation);
      assertThat(Resize.squash(line, size, interpolation)).isEqualTo(expected);
      Image upright = Image.wrap(new ImageSize(1, 90), 3, line.samples());
      Image turned =
          Resize.squash(
              upright,
              new ImageSize(/* width= */ size.height(), /* height= */ size.width()),
              interpolation);
      for (int i = 0; i < size.width(); i++) {
        assertThat(turned.sample(1, i, 2)).isEqualTo(expected.sample(i, 1, 2));
      }
    }
  }

  /** Boxes of nine million pixels, for which the fixed point of smaller ones has no digits left. */
  @Test
  void hugeBoxesKeepTheirLight() {
    byte[] samples = new byte[3000 * 3001];
    Arrays.fill(samples, (byte) 77);
    Image image = Image.gray(3000, 3001, samples);

    assertThat(Resize.squash(image, ImageSize.square(1), Interpolation.BICUBIC, 1).samples())
        .containsExactly(77);
  }

  /** More rows than sums of 16 bits have room for, and rows of any length. */
  @ParameterizedTest
  @CsvSource({"1,1", "5,3", "8,1", "13,3", "32,1"})
  void boxesOfManyRowsHaveTheirMean(int width, int channels) {
    Image image = picture(width, 1000, channels);
    byte[] samples = image.samples();
    Image mean = Resize.squash(image, ImageSize.square(1), Interpolation.AREA, 1);
    for (int channel = 0; channel < channels; channel++) {
      long sum = 0;
      for (int i = channel; i < samples.length; i += channels) {
        sum += samples[i] & 0xFF;
      }
      double expected = (double) sum / (width * 1000);
      assertThat((double) mean.sample(0, 0, channel)).isCloseTo(expected, within(0.6));
    }
  }

  @Test
  void linesOfMillionsOfPixelsHaveNoOverflow() {
    ImageSize square = ImageSize.square(224);
    for (ImageSize size : List.of(new ImageSize(1, 3_000_000), new ImageSize(3_000_000, 1))) {
      byte[] samples = new byte[3_000_000];
      Arrays.fill(samples, (byte) 77);
      Image line = Image.wrap(size, 1, samples);
      byte[] expected = new byte[224 * 224];
      Arrays.fill(expected, (byte) 77);
      for (Interpolation interpolation : List.of(Interpolation.NEAREST, Interpolation.BICUBIC)) {
        assertThat(Resize.crop(line, square, interpolation).samples()).isEqualTo(expected);
        assertThat(Resize.squash(line, square, interpolation).samples()).isEqualTo(expected);
      }
      assertThatThrownBy(() -> Resize.cover(line, square, Interpolation.BICUBIC))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("too large");
    }
    assertThatThrownBy(() -> new ImageSize(60_000, 60_000).samples(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A picture of 60000x60000 is too large: its samples fit into no array.");
  }

  @Test
  void cropsAndPads() {
    Image image = Image.gray(4, 3, new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
    assertThat(Crop.at(image, 1, 1, new ImageSize(2, 2)).samples()).containsExactly(5, 6, 9, 10);
    assertThat(Crop.center(image, new ImageSize(2, 1)).samples()).containsExactly(5, 6);
    Image padded = Crop.pad(Crop.at(image, 0, 0, new ImageSize(2, 1)), new ImageSize(3, 3), 9);
    assertThat(padded.samples()).containsExactly(9, 9, 9, 0, 1, 9, 9, 9, 9);
    assertThatThrownBy(() -> Crop.at(image, 3, 0, new ImageSize(2, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A crop of 2x2 at 3, 0 does not lie within Image[4x3, gray].");
    assertThatThrownBy(() -> Crop.pad(image, new ImageSize(3, 9), 0))
        .hasMessage("Image[4x3, gray] is larger than 3x9.");
  }

  private static Image picture(int width, int height, int channels) {
    byte[] samples = new byte[width * height * channels];
    int i = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          samples[i++] = (byte) (x * 7 + y * 13 + c * 50 + (x * y) % 31 * 8);
        }
      }
    }
    return Image.wrap(new ImageSize(width, height), channels, samples);
  }
}
