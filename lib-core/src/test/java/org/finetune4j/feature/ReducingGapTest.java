package org.finetune4j.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.TinyClassifier;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.target.Labels;
import org.finetune4j.train.input.ImageViews;
import org.finetune4j.train.input.PictureMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reads pictures for a network heeds the reducing gap of its preprocessing. */
class ReducingGapTest {
  private static final ImageDecoder DECODER = ImageDecoder.standard();
  private static final ImageSize INPUT = ImageSize.square(16);

  /** 93x61 pixels: half of them are above 1 x 16. */
  private static byte[] photo() throws IOException {
    try (InputStream in =
        ReducingGapTest.class.getResourceAsStream("/images/scaled/baseline420.jpg")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }

  private static Image reduced() throws IOException {
    Image draft = DECODER.draft(INPUT).decode(photo());
    assertThat(draft.size()).isEqualTo(new ImageSize(47, 31));
    return Resize.squash(draft, INPUT, Interpolation.BICUBIC, 1);
  }

  private static ImageDataset photos() throws IOException {
    return ImageDataset.of(Labels.of("a", "b"), List.of(LabeledImage.of("photo", photo(), 0)));
  }

  @Test
  void featuresAreThoseOfTheReducedPicture() throws IOException {
    try (PretrainedBackbone plain = TinyBackbone.of(1);
        PretrainedBackbone quick =
            PretrainedBackbone.of(
                "TINY",
                plain.network(),
                plain.weights(),
                plain.preprocessing().withReducingGap(1))) {
      FeatureExtractor inOneStep = FeatureExtractor.builder(plain).build();
      FeatureExtractor reducing = FeatureExtractor.builder(quick).build();

      float[] features = reducing.extract(photos()).features(0);

      assertThat(features).containsExactly(inOneStep.extract(reduced()), within(1e-6f));
      assertThat(inOneStep.extract(photos()).features(0)).isNotEqualTo(features);
      assertThat(reducing.fingerprint()).isNotEqualTo(inOneStep.fingerprint());
    }
  }

  @Test
  void aLoadedClassifierCanBeTold(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("stripes.zip");
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      classifier.save(file);
      float expected = classifier.probabilities(List.of(reduced()))[0][0];
      float inOneStep = classifier.probabilities(List.of(DECODER.decode(photo())))[0][0];
      assertThat(expected).isNotEqualTo(inOneStep);
      try (ImageClassifier quick = ImageClassifier.loader().reducingGap(1).load(file)) {
        assertThat(quick.predict(photo(), 1).get(0).probability())
            .isCloseTo(Math.max(expected, 1 - expected), within(1e-6f));
        quick.save(file);
      }
    }
    try (ImageClassifier again = ImageClassifier.load(file)) {
      assertThat(again.preprocessing()).isEqualTo(Preprocessing.TF.withReducingGap(1));
    }
    assertThatThrownBy(() -> ImageClassifier.loader().reducingGap(0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A reducing gap is at least 1 and finite, but is 0.5.");
  }

  /** What cuts pieces out of the original gets all of it. */
  @Test
  void augmentationOfTheOriginalSeesTheWholePicture() throws IOException {
    Augmentation cuts = Augmentation.builder().randomResizedCrop().build();
    Augmentation flips = Augmentation.builder().horizontalFlip().build();

    assertThat(view(cuts, DECODER.draft(INPUT))).isEqualTo(view(cuts, DECODER));
    assertThat(view(flips, DECODER.draft(INPUT))).isNotEqualTo(view(flips, DECODER));
  }

  private static Image view(Augmentation changes, ImageDecoder decoder) throws IOException {
    return new ImageViews(
            photos(),
            decoder,
            Optional.of(changes),
            3,
            image -> Resize.squash(image, INPUT, Interpolation.BICUBIC),
            new PictureMemory(0))
        .view(0, 0);
  }
}
