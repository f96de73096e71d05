package org.finetune4j.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

class FilterPatternsTest {

  /** A filter that weighs colors has one answer: most of the color it weighs most. */
  @Test
  void aFilterOfColorsLikesThemInTheOrderOfItsWeights() {
    Network network = Network.builder(Shape.map(3, 8, 8)).convolution("colors", 6, 1).build();
    Weights weights = RandomWeights.of(network, 3);
    try (PretrainedBackbone backbone =
            PretrainedBackbone.of("COLORS", network, weights, Preprocessing.NONE);
        FilterPatterns patterns = FilterPatterns.of(backbone, "colors")) {
      float[] kernel = weights.get("colors/kernel").toArray();
      assertThat(patterns.filters()).isEqualTo(6);
      for (int filter = 0; filter < 6; filter++) {
        double[] colors = colors(patterns.pattern(filter));
        for (int a = 0; a < 3; a++) {
          for (int b = 0; b < 3; b++) {
            float gap = kernel[3 * filter + a] - kernel[3 * filter + b];
            if (gap > 0.3) {
              assertThat(colors[a]).as("filter %d", filter).isGreaterThan(colors[b]);
            }
          }
        }
      }
    }
  }

  /** The prediction engine, which has no gradient, confirms what the ascent found. */
  @Test
  void patternsExciteTheirFilterMoreThanOtherPictures() {
    try (PretrainedBackbone backbone = TinyBackbone.of(1);
        FilterPatterns patterns = FilterPatterns.of(backbone, "block3_conv")) {
      Image gray = Image.of(16, 16, gray(16 * 16 * 3));
      for (int filter = 0; filter < patterns.filters(); filter++) {
        assertThat(excitement(backbone, patterns.pattern(filter), filter))
            .as("filter %d", filter)
            .isGreaterThan(excitement(backbone, gray, filter));
      }
    }
  }

  @Test
  void patternsAreThePicturesOfTheInputSizeAndTheSameAgain() {
    try (PretrainedBackbone backbone = TinyBackbone.of(1);
        FilterPatterns patterns = FilterPatterns.of(backbone, "old_conv")) {
      assertThat(patterns.first(100)).hasSize(16);
      assertThat(patterns.pattern(2).size()).isEqualTo(ImageSize.square(16));
      assertThat(patterns.pattern(2).samples()).isEqualTo(patterns.pattern(2).samples());
      assertThatThrownBy(() -> patterns.pattern(16))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Filters are 0 to 15, not 16.");
      assertThatThrownBy(() -> patterns.first(0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> FilterPatterns.of(backbone, "block3_con"))
          .hasMessageContaining("Did you mean 'block3_conv'?");
    }
  }

  private static double excitement(PretrainedBackbone backbone, Image picture, int filter) {
    float[] values = Activations.of(backbone, picture, "block3_conv").values("block3_conv");
    double sum = 0;
    for (int i = 0; i < 16; i++) {
      sum += values[16 * filter + i];
    }
    return sum;
  }

  private static byte[] gray(int length) {
    byte[] samples = new byte[length];
    java.util.Arrays.fill(samples, (byte) 128);
    return samples;
  }

  private static double[] colors(Image image) {
    byte[] rgb = image.samples();
    double[] sums = new double[3];
    for (int i = 0; i < rgb.length; i++) {
      sums[i % 3] += rgb[i] & 0xff;
    }
    return sums;
  }
}
