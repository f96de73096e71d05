package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What colors a JPEG's components are: all combinations of JFIF's marker, Adobe's with each of its
 * transforms, and names of components. The truth is Pillow's ({@code
 * images/colors/make_colors.py}).
 */
class JpegColorsTest {
  private static final ImageDecoder DECODER = ImageDecoder.standard();
  private static final int[][] PLACES = {{4, 4}, {12, 4}, {4, 12}, {12, 12}};

  private static byte[] resource(String file) throws IOException {
    try (InputStream in = JpegColorsTest.class.getResourceAsStream("/images/colors/" + file)) {
      return Objects.requireNonNull(in, file).readAllBytes();
    }
  }

  static List<String> lines() throws IOException {
    return new String(resource("colors.tsv"), StandardCharsets.UTF_8).lines().toList();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void equalsPillow(String line) throws IOException {
    String[] fields = line.split("\t", -1);
    int[] names = Arrays.stream(fields[2].split(",", -1)).mapToInt(Integer::parseInt).toArray();
    byte[] file = marked(fields[0].equals("1"), fields[1], names);
    // Inks are mixed with another rounding.
    int tolerance = names.length == 3 ? 0 : 1;

    Image whole = DECODER.decode(file);
    Image half = DECODER.draft(ImageSize.square(8)).decode(file);

    for (int i = 0; i < PLACES.length; i++) {
      int expected = HexFormat.fromHexDigits(fields[3 + i]);
      assertThat(difference(whole, PLACES[i][0], PLACES[i][1], expected))
          .isLessThanOrEqualTo(tolerance);
      if (names.length == 3) {
        // A block of one color, as good as: its means differ by what its edges do.
        assertThat(difference(half, PLACES[i][0] / 2, PLACES[i][1] / 2, expected))
            .isLessThanOrEqualTo(3);
      }
    }
  }

  private static byte[] marked(boolean jfif, String transform, int[] names) throws IOException {
    byte[] jpeg = resource("components" + names.length + ".jpg");
    int at = 2;
    while ((jpeg[at + 1] & 0xFF) != 0xDA) {
      if ((jpeg[at + 1] & 0xFF) == 0xC0) {
        for (int i = 0; i < names.length; i++) {
          jpeg[at + 10 + 3 * i] = (byte) names[i];
        }
      }
      at += 2 + ((jpeg[at + 2] & 0xFF) << 8 | (jpeg[at + 3] & 0xFF));
    }
    for (int i = 0; i < names.length; i++) {
      jpeg[at + 5 + 2 * i] = (byte) names[i];
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    if (jfif) {
      out.writeBytes(HexFormat.of().parseHex("ffe000104a46494600010100000100010000"));
    }
    if (!transform.equals("-")) {
      out.writeBytes(HexFormat.of().parseHex("ffee000e41646f6265006400000000"));
      out.write(Integer.parseInt(transform));
    }
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  private static int difference(Image image, int x, int y, int rgb) {
    byte[] samples = image.rgb();
    int at = 3 * (y * image.width() + x);
    int largest = 0;
    for (int c = 0; c < 3; c++) {
      int expected = rgb >> (16 - 8 * c) & 0xFF;
      largest = Math.max(largest, Math.abs((samples[at + c] & 0xFF) - expected));
    }
    return largest;
  }
}
