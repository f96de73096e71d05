package org.finetune4j.incremental;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Stripes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A saved classifier of stripes learns flat pictures too. */
class IncrementalTrainerTest {
  private static final double PENALTY = 0.05;

  @TempDir Path folder;

  private final ImageDataset old = Stripes.of(60, 1);
  private final ImageDataset heldOut = joined(Stripes.of(40, 2), flat(10, 3));
  private PretrainedBackbone backbone;
  private ImageClassifier saved;

  @BeforeEach
  void train() throws IOException {
    try (PretrainedBackbone tiny = TinyBackbone.of(3)) {
      Network network = withUsualInput(tiny.network());
      backbone = PretrainedBackbone.of("TINY", network, tiny.weights(), tiny.preprocessing());
    }
    FeatureExtractor extractor =
        FeatureExtractor.builder(backbone).cache(folder.resolve("features")).build();
    Path file = folder.resolve("first.zip");
    try (ImageClassifier first =
        ClassifierHead.logisticRegression()
            .penalties(PENALTY)
            .build()
            .fit(extractor.extract(old))
            .classifier(extractor)) {
      first.save(file);
    }
    saved = ImageClassifier.load(file);
  }

  @AfterEach
  void close() {
    saved.close();
    backbone.close();
  }

  /** Published networks read {@code input_1}. */
  private static Network withUsualInput(Network network) {
    Input input = network.inputs().get(0);
    return Network.builder(input.shape()).build().then(network);
  }

  private static ImageDataset flat(int count, long seed) {
    Random random = new Random(seed);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] rgb = new byte[20 * 18 * 3];
      int gray = 80 + random.nextInt(90);
      for (int k = 0; k < rgb.length; k++) {
        rgb[k] = (byte) Math.max(0, Math.min(255, gray + random.nextGaussian() * 10));
      }
      images.add(LabeledImage.of("flat-" + seed + "-" + i, Image.of(20, 18, rgb), 0));
    }
    return ImageDataset.of(Labels.of("flat"), images);
  }

  private static ImageDataset joined(ImageDataset stripes, ImageDataset flat) {
    Labels labels = Labels.of("flat", "horizontal", "vertical");
    List<LabeledImage> all = new ArrayList<>(stripes.withLabels(labels).images());
    all.addAll(flat.withLabels(labels).images());
    return ImageDataset.of(labels, all);
  }

  @Test
  void withOldPicturesItIsTheHeadOfAFreshFit() throws IOException {
    ImageDataset pictures = joined(Stripes.of(20, 5), flat(30, 6));
    IncrementalResult result =
        IncrementalTrainer.builder(saved)
            .cache(folder.resolve("features"))
            .replay(old)
            .build()
            .fit(pictures, heldOut);
    Labels labels = Labels.of("horizontal", "vertical", "flat");
    FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
    FeatureSet all =
        extractor
            .extract(old)
            .withLabels(labels)
            .joined(extractor.extract(pictures).withLabels(labels));
    TrainedHead fresh = ClassifierHead.logisticRegression().penalties(PENALTY).build().fit(all);
    try (ImageClassifier next = result.classifier()) {
      assertThat(next.labels()).isEqualTo(labels);
      for (String tensor : List.of("head_predictions/kernel", "head_predictions/bias")) {
        assertThat(result.head().weights().get(tensor).toArray())
            .containsExactly(fresh.weights().get(tensor).toArray(), within(1e-6f));
      }
      next.save(folder.resolve("next.zip"));
    }
    assertThat(result.before().orElseThrow().size()).isEqualTo(40);
    assertThat(result.all().orElseThrow().size()).isEqualTo(50);
    assertThat(result.all().orElseThrow().accuracy()).isGreaterThan(0.85);
    assertThat(result.toString())
        .startsWith("3 classes, 1 of them new; learned from 50 new pictures and 60 old ones; 40")
        .contains("% right before", "% after", "points forgotten", "all 50 held out");
    assertThat(result.warnings()).isEmpty();
    // The backbone of the saved file finds the rows that the first one left.
    try (Stream<Path> extractors = Files.list(folder.resolve("features"))) {
      assertThat(extractors).hasSize(1);
    }
    try (ImageClassifier next = ImageClassifier.load(folder.resolve("next.zip"));
        ImageClassifier again =
            IncrementalTrainer.builder(next)
                .replay(all)
                .build()
                .fit(Stripes.of(20, 7), heldOut)
                .classifier()) {
      assertThat(again.labels()).isEqualTo(labels);
    }
  }

  @Test
  void withoutThemTheRowsOfKnownClassesStay() throws IOException {
    IncrementalResult result = IncrementalTrainer.builder(saved).build().fit(flat(30, 6), heldOut);
    try (ImageClassifier next = result.classifier()) {
      float[] before = saved.weights().get("head_predictions/kernel").toArray();
      float[] after = next.weights().get("head_predictions/kernel").toArray();
      for (int j = 0; j < before.length / 2; j++) {
        assertThat(after[3 * j]).isEqualTo(before[2 * j]);
        assertThat(after[3 * j + 1]).isEqualTo(before[2 * j + 1]);
      }
      for (String tensor : List.of("head_standardize/mean", "head_standardize/variance")) {
        assertThat(next.weights().get(tensor)).isEqualTo(saved.weights().get(tensor));
      }
    }
    double was = result.before().orElseThrow().accuracy();
    double is = result.after().orElseThrow().accuracy();
    assertThat(result.forgotten().orElseThrow()).isEqualTo(was - is);
    assertThat(result.all().orElseThrow().accuracy()).isGreaterThan(0.6);
    assertThat(result.toString()).contains("no old ones, known classes kept as they were");
    assertThat(result.warnings()).singleElement().asString().contains("All pictures are of one");
  }

  @Test
  void whatItCannotGoOnFromIsRefused() throws IOException {
    try (PretrainedBackbone other = TinyBackbone.of(4)) {
      assertThatThrownBy(
              () ->
                  IncrementalTrainer.builder(saved, FeatureExtractor.builder(other).build())
                      .build()
                      .fit(flat(5, 1), heldOut))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("of its own backbone")
          .hasMessageContaining("block1_conv/kernel")
          .hasMessageContaining("classifier.backbone()");
    }
    assertThatThrownBy(() -> IncrementalTrainer.builder(saved).build().fit(old, Stripes.of(10, 9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no sample of another");
    FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
    TrainedHead dense =
        ClassifierHead.builder().hidden(4).epochs(1).build().fit(extractor.extract(old));
    try (ImageClassifier two = dense.classifier(extractor)) {
      assertThatThrownBy(() -> IncrementalTrainer.builder(two).build().fit(flat(5, 1), heldOut))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("linear head");
    }
  }
}
