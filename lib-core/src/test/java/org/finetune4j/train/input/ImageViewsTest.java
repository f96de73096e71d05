package org.finetune4j.train.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageViewsTest {
  private static final ImageSize INPUT = new ImageSize(10, 8);
  private static final int KEPT_BYTES = 10 * 8 * 3;

  @TempDir Path folder;

  private ImageDataset pictures(int count) throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      var picture =
          new java.awt.image.BufferedImage(20, 16, java.awt.image.BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < 16; y++) {
        for (int x = 0; x < 20; x++) {
          picture.setRGB(x, y, random.nextInt(1 << 24));
        }
      }
      Path file = folder.resolve(i + ".png");
      ImageIO.write(picture, "png", file.toFile());
      images.add(LabeledImage.of(file, 0));
    }
    return ImageDataset.of(Labels.of("a", "b"), images);
  }

  private static Image fit(Image image) {
    return Resize.squash(image, INPUT, Interpolation.BICUBIC);
  }

  private static ImageViews views(ImageDataset images, Optional<Augmentation> changes, long bytes) {
    return new ImageViews(
        images, ImageDecoder.standard(), changes, 3, ImageViewsTest::fit, new PictureMemory(bytes));
  }

  @Test
  void picturesWithinTheBoundAreReadOnce() throws IOException {
    ImageDataset images = pictures(3);
    ImageViews views = views(images, Optional.empty(), 2 * KEPT_BYTES);
    List<Image> first = List.of(views.view(0, 0), views.view(1, 0), views.view(2, 0));
    Files.delete(folder.resolve("0.png"));
    Files.delete(folder.resolve("1.png"));
    assertThat(views.view(0, 1)).isEqualTo(first.get(0));
    assertThat(views.view(1, 1)).isEqualTo(first.get(1));
    assertThat(views.view(2, 1)).isEqualTo(first.get(2));
    Files.delete(folder.resolve("2.png"));
    assertThatThrownBy(() -> views.view(2, 1)).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsKeptGivesTheViewsOfTheFile() throws IOException {
    ImageDataset images = pictures(2);
    for (Augmentation changes :
        List.of(
            Augmentation.builder().rotation(20).horizontalFlip().build(),
            Augmentation.builder().randomResizedCrop().build())) {
      ImageViews kept = views(images, Optional.of(changes), 1 << 20);
      ImageViews none = views(images, Optional.of(changes), 0);
      for (int epoch = 0; epoch < 3; epoch++) {
        Image plain =
            changes.apply(
                images.get(1).decode(ImageDecoder.standard()), ImageViewsTest::fit, 3, epoch, 1);
        assertThat(fit(kept.view(1, epoch))).isEqualTo(fit(plain));
        assertThat(fit(none.view(1, epoch))).isEqualTo(fit(plain));
      }
    }
  }

  @Test
  void aBoundIsNotNegative() {
    assertThatThrownBy(() -> PictureMemory.checked(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Decoded pictures may take 0 bytes (none is kept) or more, not -1.");
  }
}
