package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrecisionTest {
  private static FeatureExtractor extractor(PretrainedBackbone backbone) {
    return FeatureExtractor.builder(backbone).build();
  }

  @Test
  void featuresInEightBitsAreOthersWithAFingerprintOfTheirOwn() throws IOException {
    try (PretrainedBackbone exact = TinyBackbone.of(2);
        PretrainedBackbone small = exact.withPrecision(Precision.int8(Stripes.of(20, 1)))) {
      FeatureSet exactly = extractor(exact).extract(Stripes.of(30, 3));
      FeatureSet rounded = extractor(small).extract(Stripes.of(30, 3));

      assertThat(rounded.fingerprint()).isNotEqualTo(exactly.fingerprint());
      for (int i = 0; i < 30; i++) {
        assertThat(rounded.features(i)).isNotEqualTo(exactly.features(i));
        assertThat(rounded.features(i))
            .usingComparatorWithPrecision(0.2f)
            .containsExactly(exactly.features(i));
      }
      TrainedHead head = ClassifierHead.logisticRegression().penalties(0.1).build().fit(exactly);
      assertThatThrownBy(() -> head.classifier(extractor(small)))
          .hasMessageContaining("another extractor");
      assertThat(small).hasToString(exact + ", " + small.precision());
    }
  }

  @Test
  void aHeadOnFeaturesInEightBitsBecomesAClassifierOfExactlyThose() throws IOException {
    try (PretrainedBackbone exact = TinyBackbone.of(2);
        PretrainedBackbone small = exact.withPrecision(Precision.int8(Stripes.of(20, 1)))) {
      FeatureExtractor extractor = extractor(small);
      TrainedHead head =
          ClassifierHead.logisticRegression()
              .penalties(0.1)
              .build()
              .fit(extractor.extract(Stripes.of(30, 3)));
      float[][] expected = head.probabilities(extractor.extract(Stripes.of(6, 4)));
      try (ImageClassifier classifier = head.classifier(extractor)) {
        assertThat(classifier.eightBits()).isPresent();
        for (int i = 0; i < 6; i++) {
          Image picture = Stripes.of(6, 4).get(i).decode(ImageDecoder.standard());
          float[] row = classifier.probabilities(java.util.List.of(picture))[0];
          assertThat(row[0]).isCloseTo(expected[i][0], within(1e-6f));
        }
      }
      assertThatThrownBy(
              () -> FineTuner.builder(extractor, head).unfreezeFrom("block3_conv").build())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Fine-tune the backbone in float32");
    }
  }

  @Test
  void needsEnoughPictures() {
    assertThatThrownBy(() -> Precision.int8(Stripes.of(15, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 16 pictures to calibrate, not 15");
  }

  @Test
  void rangesAreReducedWhereSumsOverflow(@TempDir Path folder) throws IOException {
    Path with = folder.resolve("with");
    Files.writeString(with, "processor : 0\nflags\t\t: fpu sse avx2 avx512_vnni\n");
    Path without = folder.resolve("without");
    Files.writeString(without, "processor : 0\nflags\t\t: fpu sse avx2\n");

    assertThat(Processor.needsReducedRange("amd64", with)).isFalse();
    assertThat(Processor.needsReducedRange("amd64", without)).isTrue();
    assertThat(Processor.needsReducedRange("aarch64", without)).isFalse();
    assertThat(Processor.needsReducedRange("x86_64", folder.resolve("none"))).isTrue();
  }

  /** The path of processors without VNNI, forced: other features, and a name of their own. */
  @Test
  void theReducedRangeIsAnotherPrecision() throws IOException {
    ImageDataset pictures = Stripes.of(20, 1);
    CalibrationRule rule = CalibrationRule.LEAST_SQUARES;
    try (PretrainedBackbone exact = TinyBackbone.of(2);
        PretrainedBackbone full = exact.withPrecision(Precision.int8(pictures, rule, false));
        PretrainedBackbone reduced = exact.withPrecision(Precision.int8(pictures, rule, true))) {
      FeatureSet exactly = extractor(exact).extract(Stripes.of(8, 3));
      FeatureSet rounded = extractor(reduced).extract(Stripes.of(8, 3));

      assertThat(reduced.precision().toString()).contains("reduced range");
      assertThat(rounded.fingerprint())
          .isNotEqualTo(extractor(full).extract(Stripes.of(8, 3)).fingerprint());
      for (int i = 0; i < 8; i++) {
        assertThat(rounded.features(i))
            .usingComparatorWithPrecision(0.3f)
            .containsExactly(exactly.features(i));
      }
    }
  }

  /** Its file counts what it learned from; nothing reads that. */
  @Test
  void aNetworkThatNormalizesPixelsItselfIsRounded() throws IOException {
    try (PretrainedBackbone exact = RandomBackbone.of(Architecture.EFFICIENTNET_B0, 32);
        PretrainedBackbone small = exact.withPrecision(Precision.int8(Stripes.of(16, 1)))) {
      Image picture = Stripes.of(1, 2).get(0).decode(ImageDecoder.standard());
      assertThat(extractor(small).extract(picture)).isNotEqualTo(extractor(exact).extract(picture));
    }
  }
}
