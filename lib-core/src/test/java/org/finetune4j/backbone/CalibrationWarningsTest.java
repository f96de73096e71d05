package org.finetune4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.SharedFiles;
import org.junit.jupiter.api.Test;

/** Pictures of another kind than a network learned from calibrate nothing without a warning. */
class CalibrationWarningsTest {
  private static final int COUNT = 16;

  /** Photos at every so-many-th place of both classes. */
  private static List<Image> photos(int from) throws IOException {
    Optional<Path> folder = SharedFiles.find("data/cats_and_dogs/train");
    assumeTrue(folder.isPresent(), "photos are not there");
    ImageDataset all = ImageDataset.fromDirectory(folder.get());
    List<Image> photos = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      Image photo = all.get(from + i * all.size() / COUNT).decode(ImageDecoder.standard());
      photos.add(Resize.squash(photo, ImageSize.square(224), Interpolation.BICUBIC));
    }
    return photos;
  }

  private static List<String> warnings(
      PretrainedBackbone backbone, List<Image> photos, UnaryOperator<Image> change)
      throws IOException {
    List<LabeledImage> pictures = new ArrayList<>();
    for (Image photo : photos) {
      pictures.add(LabeledImage.of("picture-" + pictures.size(), change.apply(photo), 0));
    }
    ImageDataset dataset = ImageDataset.of(Labels.of("picture", "none"), pictures);
    try (PretrainedBackbone small = backbone.withPrecision(Precision.int8(dataset))) {
      return small.warnings();
    }
  }

  private static UnaryOperator<Image> each(IntUnaryOperator change) {
    return image -> {
      byte[] rgb = image.rgb();
      byte[] changed = new byte[rgb.length];
      for (int i = 0; i < rgb.length; i++) {
        changed[i] = (byte) change.applyAsInt(rgb[i] & 255);
      }
      return Image.of(image.width(), image.height(), changed);
    };
  }

  /** Black where neighbours differ, white elsewhere. */
  private static Image drawing(Image image) {
    byte[] rgb = image.rgb();
    byte[] drawn = new byte[rgb.length];
    Arrays.fill(drawn, (byte) 255);
    for (int i = 0; i + 3 < rgb.length; i++) {
      if (Math.abs((rgb[i] & 255) - (rgb[i + 3] & 255)) > 30) {
        drawn[i / 3 * 3] = 0;
        drawn[i / 3 * 3 + 1] = 0;
        drawn[i / 3 * 3 + 2] = 0;
      }
    }
    return Image.of(image.width(), image.height(), drawn);
  }

  private static void othersAreNoticed(PretrainedBackbone backbone) throws IOException {
    List<Image> photos = photos(0);
    Random random = new Random(1);
    assertThat(warnings(backbone, photos, it -> it)).isEmpty();
    assertThat(warnings(backbone, photos(11), it -> it)).isEmpty();
    // As CIFAR-10's pictures are: 32 pixels a side, enlarged.
    assertThat(
            warnings(
                backbone,
                photos,
                it -> Resize.squash(it, new ImageSize(32, 32), Interpolation.BICUBIC)))
        .isEmpty();
    assertThat(warnings(backbone, photos, each(it -> 255 - it))).hasSize(1);
    assertThat(warnings(backbone, photos, each(it -> it / 2))).hasSize(1);
    assertThat(warnings(backbone, photos, each(it -> it / 255)))
        .anyMatch(it -> it.contains("scaled to 1"));
    assertThat(warnings(backbone, photos, each(it -> 128)))
        .anyMatch(it -> it.contains("blank or nearly so"));
    assertThat(warnings(backbone, photos, each(it -> random.nextInt(256))))
        .anyMatch(it -> it.contains("noise or line drawings"));
    assertThat(warnings(backbone, photos, CalibrationWarningsTest::drawing))
        .anyMatch(it -> it.contains("noise or line drawings"));
  }

  /** It keeps the statistics of what it learned from. */
  @Test
  void aNetworkWithBatchNormalizationKnowsWhatItLearnedFrom() throws IOException {
    assumeTrue(SharedFiles.resNet50().isPresent(), "ResNet50's weights are not there");
    try (PretrainedBackbone backbone =
        PretrainedBackbone.builder(Architecture.RESNET50)
            .weights(SharedFiles.resNet50().get())
            .inputSize(160, 160)
            .build()) {
      othersAreNoticed(backbone);
    }
  }

  @Test
  void aNetworkWithoutIsTakenToHaveLearnedFromPhotos() throws IOException {
    Optional<Path> weights = SharedFiles.find("weights/vit_tiny_patch16_224.safetensors");
    assumeTrue(weights.isPresent(), "ViT-Ti's weights are not there");
    try (PretrainedBackbone backbone =
        PretrainedBackbone.builder(Architecture.VIT_TINY_16).weights(weights.get()).build()) {
      othersAreNoticed(backbone);
    }
  }
}
