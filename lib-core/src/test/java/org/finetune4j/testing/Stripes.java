package org.finetune4j.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.target.Labels;

/** Noisy pictures with horizontal or vertical stripes: easy to tell apart, not trivial. */
public final class Stripes {
  public static final Labels LABELS = Labels.of("horizontal", "vertical");

  private Stripes() {}

  /** Returns so many pictures of 20x18 pixels, the classes in turn; the same for the same seed. */
  public static ImageDataset of(int count, long seed) {
    Random random = new Random(seed);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(LabeledImage.of("stripes-" + seed + "-" + i, image(i % 2, random), i % 2));
    }
    return ImageDataset.of(LABELS, images);
  }

  private static Image image(int label, Random random) {
    int phase = random.nextInt(6);
    byte[] rgb = new byte[20 * 18 * 3];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % 20;
      int y = i / 3 / 20;
      int stripe = ((label == 0 ? y : x) + phase) / 3 % 2;
      rgb[i] = (byte) Math.max(0, Math.min(255, 70 + 110 * stripe + random.nextGaussian() * 25));
    }
    return Image.of(20, 18, rgb);
  }
}
