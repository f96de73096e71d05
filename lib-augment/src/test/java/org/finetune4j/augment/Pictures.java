package org.finetune4j.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;

/** The synthetic pictures of src/test/python, and what other programs made of them. */
final class Pictures {
  private Pictures() {}

  static Image of(int width, int height, int channels) {
    byte[] samples = new byte[width * height * channels];
    int i = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          samples[i++] = (byte) (x * 37 + y * 61 + c * 50 + x * y * 11);
        }
      }
    }
    return Image.wrap(new ImageSize(width, height), channels, samples);
  }

  static Image flat(int width, int height, int channels) {
    byte[] samples = of(width, height, channels).samples();
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) ((samples[i] & 0xFF) / 4 + 70);
    }
    return Image.wrap(new ImageSize(width, height), channels, samples);
  }

  static JsonNode json(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Pictures.class.getResourceAsStream(resource), resource)) {
      return new ObjectMapper().readTree(in);
    }
  }

  /** Allows for rounding alone: 0.5, 0.001 of computing, 0.0005 of writing thousandths. */
  static void assertRounded(Image actual, JsonNode thousandths, String what) {
    byte[] samples = actual.samples();
    assertThat(samples).hasSize(thousandths.size());
    for (int i = 0; i < samples.length; i++) {
      assertThat((double) (samples[i] & 0xFF))
          .as("%s, %s, sample %d", what, actual, i)
          .isCloseTo(thousandths.get(i).asInt() / 1000.0, within(0.5016));
    }
  }
}
