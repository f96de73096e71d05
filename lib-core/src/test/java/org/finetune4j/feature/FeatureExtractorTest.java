package org.finetune4j.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Shape;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureExtractorTest {
  @TempDir Path folder;

  private final ImageDataset images = Stripes.of(11, 1);

  @Test
  void oneImageGivesTheRowOfTheDataSet() throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).batchSize(4).build();
      FeatureSet features = extractor.extract(images);
      assertThat(features.size()).isEqualTo(11);
      assertThat(features.shape()).isEqualTo(Shape.vector(16));
      for (int i = 0; i < images.size(); i++) {
        float[] alone = extractor.extract(images.get(i).decode(ImageDecoder.standard()));
        assertThat(features.features(i)).containsExactly(alone, within(1e-6f));
        assertThat(features.target(i)).isEqualTo(i % 2);
      }
    }
  }

  @Test
  void poolingIsTheMeanOrMaximumOfEachChannel() throws IOException {
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor.Builder builder = FeatureExtractor.builder(backbone).layer("block2_add");
      float[] map = builder.pooling(Pooling.NONE).build().extract(images).features(3);
      float[] mean = builder.pooling(Pooling.AVG).build().extract(images).features(3);
      float[] largest = builder.pooling(Pooling.MAX).build().extract(images).features(3);
      assertThat(map).hasSize(12 * 8 * 8);
      for (int c = 0; c < 12; c++) {
        double sum = 0;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < 64; i++) {
          sum += map[c * 64 + i];
          max = Math.max(max, map[c * 64 + i]);
        }
        assertThat(mean[c]).isCloseTo((float) (sum / 64), within(1e-5f));
        assertThat(largest[c]).isEqualTo(max);
      }
    }
  }

  @Test
  void theCacheComputesOnlyWhatItLacks() throws IOException {
    AtomicLong computed = new AtomicLong();
    try (PretrainedBackbone backbone = TinyBackbone.of(1)) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone)
              .cache(folder)
              .progress(
                  (task, done, total, unit) ->
                      computed.addAndGet(
                          task.equals("Extracting features") && done == total ? total : 0))
              .build();
      FeatureSet first = extractor.extract(images.take(6));
      assertThat(computed).hasValue(6);
      FeatureSet all = extractor.extract(images);
      assertThat(computed).hasValue(11);
      FeatureSet again = extractor.extract(images);
      assertThat(computed).hasValue(11);
      for (int i = 0; i < 11; i++) {
        assertThat(again.features(i)).containsExactly(all.features(i));
      }
      assertThat(first.features(5)).containsExactly(all.features(5));
    }
    try (PretrainedBackbone other = TinyBackbone.of(2)) {
      FeatureExtractor.builder(other)
          .cache(folder)
          .progress(
              (task, done, total, unit) ->
                  computed.addAndGet(
                      task.equals("Extracting features") && done == total ? total : 0))
          .build()
          .extract(images);
      assertThat(computed).as("other weights find nothing").hasValue(22);
    }
  }

  @Test
  void theFingerprintKnowsWhatDecidesTheFeatures() {
    try (PretrainedBackbone one = TinyBackbone.of(1);
        PretrainedBackbone same = TinyBackbone.of(1);
        PretrainedBackbone other = TinyBackbone.of(2)) {
      String fingerprint = FeatureExtractor.builder(one).build().fingerprint();
      assertThat(FeatureExtractor.builder(same).batchSize(1).build().fingerprint())
          .isEqualTo(fingerprint);
      assertThat(FeatureExtractor.builder(other).build().fingerprint()).isNotEqualTo(fingerprint);
      assertThat(FeatureExtractor.builder(one).pooling(Pooling.MAX).build().fingerprint())
          .isNotEqualTo(fingerprint);
      assertThat(FeatureExtractor.builder(one).layer("block3_bn").build().fingerprint())
          .isNotEqualTo(fingerprint);
    }
  }

  @Test
  void refusesUnknownLayersAndClosedBackbones() {
    PretrainedBackbone backbone = TinyBackbone.of(1);
    assertThatThrownBy(() -> FeatureExtractor.builder(backbone).layer("block3_convv"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Did you mean 'block3_conv'?");
    FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
    backbone.close();
    backbone.close();
    assertThatThrownBy(() -> extractor.extract(images))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void rawPixelsAreChannelsFirstFromZeroToOne() throws IOException {
    FeatureSet pixels = FeatureSet.pixels(images, new ImageSize(20, 18));
    assertThat(pixels.shape()).isEqualTo(Shape.map(3, 18, 20));
    int sample = images.get(2).decode(ImageDecoder.standard()).sample(7, 4, 1);
    assertThat(pixels.features(2)[(18 + 4) * 20 + 7]).isEqualTo(sample / 255f);
  }
}
