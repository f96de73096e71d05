package org.example;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.target.Labels;

/** Pictures that are dark or bright, and where the classifier of them lies. */
final class Pictures {
  static final Labels LABELS = Labels.of("dark", "bright");
  static final Path CLASSIFIER = Path.of("target", "dark-or-bright.zip");

  private Pictures() {}

  static Image of(int label, int number) {
    byte[] rgb = new byte[12 * 12 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (60 + 120 * label + (i * 31 + number * 17) % 40);
    }
    return Image.of(12, 12, rgb);
  }

  static ImageDataset dataset() {
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      images.add(LabeledImage.of("picture " + i, of(i % 2, i), i % 2));
    }
    return ImageDataset.of(LABELS, images);
  }
}
