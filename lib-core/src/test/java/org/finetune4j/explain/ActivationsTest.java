package org.finetune4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.Pooling;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.image.Image;
import org.finetune4j.network.Shape;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActivationsTest {
  private final PretrainedBackbone backbone = TinyBackbone.of(1);
  private final Image image = Stripes.of(1, 1).get(0).decode(ImageDecoder.standard());

  ActivationsTest() throws IOException {}

  @AfterEach
  void close() {
    backbone.close();
  }

  @Test
  void areThoseOfTheExtractor() {
    Activations activations = Activations.of(backbone, image, "block2_add", "old_conv");
    assertThat(activations.layers()).containsExactly("block2_add", "block3_conv");
    assertThat(activations.shape("block2_add")).isEqualTo(Shape.map(12, 8, 8));
    assertThat(activations.values("block2_add"))
        .containsExactly(
            FeatureExtractor.builder(backbone)
                .layer("block2_add")
                .pooling(Pooling.NONE)
                .build()
                .extract(image));
    assertThatThrownBy(() -> activations.values("block2_ad"))
        .hasMessageContaining("Did you mean 'block2_add'?");
    assertThatThrownBy(() -> Activations.of(backbone, image, "nothing"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ofAClassifierIncludeItsHead() throws IOException {
    FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
    try (var classifier =
        ClassifierHead.logisticRegression()
            .penalties(0.1)
            .build()
            .fit(extractor.extract(Stripes.of(8, 1)))
            .classifier(extractor)) {
      Activations activations = Activations.of(classifier, image, "block3_out", "head_predictions");
      assertThat(activations.values("head_predictions"))
          .containsExactly(classifier.probabilities(java.util.List.of(image))[0]);
      assertThatThrownBy(() -> activations.grid("head_predictions"))
          .hasMessageContaining("layer 'head_predictions' gives 2");
    }
  }

  /** The book's formula, written out: (x - mean) / deviation * 64 + 128, cut off at 0 and 255. */
  @Test
  void tilesAreNormalisedOneByOne() {
    Activations activations = Activations.of(backbone, image, "block2_add");
    Image grid = activations.grid("block2_add", 5, ColorMap.GRAY);
    assertThat(grid.width()).isEqualTo(5 * 9 - 1);
    assertThat(grid.height()).isEqualTo(3 * 9 - 1);
    float[] values = activations.values("block2_add");
    for (int channel = 0; channel < 12; channel++) {
      double mean = 0;
      double squares = 0;
      for (int i = 0; i < 64; i++) {
        mean += values[channel * 64 + i] / 64.0;
        squares += values[channel * 64 + i] * (double) values[channel * 64 + i] / 64;
      }
      double deviation = Math.sqrt(squares - mean * mean);
      for (int i = 0; i < 64; i++) {
        double level = (values[channel * 64 + i] - mean) / deviation * 64 + 128;
        int shown = grid.sample(channel % 5 * 9 + i % 8, channel / 5 * 9 + i / 8, 0);
        assertThat((double) shown)
            .isBetween(
                Math.max(0, Math.min(255, level)) - 0.6, Math.max(0, Math.min(255, level)) + 0.6);
      }
    }
    // Behind the twelfth tile nothing is drawn.
    assertThat(grid.sample(40, 20, 0)).isZero();
  }

  @Test
  void sixteenColumnsInViridis() {
    Image grid = Activations.of(backbone, image, "block3_conv").grid("block3_conv");
    // Tiles of 4 x 4 become eight times as large.
    assertThat(grid.width()).isEqualTo(8 * (16 * 5 - 1));
    assertThat(grid.height()).isEqualTo(8 * 4);
  }

  /** Values of matplotlib's own table; the map is linear between every seventeenth of them. */
  @Test
  void colors() {
    assertColor(ColorMap.VIRIDIS.rgb(0), 0x440154, 0);
    assertColor(ColorMap.VIRIDIS.rgb(1), 0xfde725, 0);
    assertColor(ColorMap.VIRIDIS.rgb(8 / 255.0), 0x470d60, 2);
    assertColor(ColorMap.VIRIDIS.rgb(100 / 255.0), 0x2a768e, 2);
    assertColor(ColorMap.VIRIDIS.rgb(200 / 255.0), 0x70cf57, 7);
    assertColor(ColorMap.JET.rgb(0), 0x000080, 0);
    assertColor(ColorMap.JET.rgb(0.5), 0x80ff80, 0);
    assertColor(ColorMap.JET.rgb(1), 0x800000, 0);
    assertColor(ColorMap.JET.rgb(7), 0x800000, 0);
    assertColor(ColorMap.GRAY.rgb(0.2), 0x333333, 0);
  }

  private static void assertColor(int actual, int expected, int tolerance) {
    for (int shift = 0; shift <= 16; shift += 8) {
      assertThat(Math.abs((actual >> shift & 255) - (expected >> shift & 255)))
          .as("%06x and %06x", actual, expected)
          .isLessThanOrEqualTo(tolerance);
    }
  }
}
