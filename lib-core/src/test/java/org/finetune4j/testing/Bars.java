package org.finetune4j.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.target.Quantity;
import org.finetune4j.target.Target;
import org.finetune4j.target.Task;

/** Noisy pictures with a bright left or right half (tags), or filled up to a level (a number). */
public final class Bars {
  public static final Task TAGS = Task.tags("left", "right");
  public static final Task LEVEL = Task.numbers(new Quantity("level", "%"));

  private Bars() {}

  /** Returns pictures with both tags, one, the other, or none, in turn. */
  public static ImageDataset tagged(int count, long seed) {
    Random random = new Random(seed);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean left = i % 2 == 0;
      boolean right = i / 2 % 2 == 0;
      Image image = image(random, (x, y) -> x < 10 ? left : right);
      Target target =
          left
              ? (right ? Target.tags(0, 1) : Target.tags(0))
              : right ? Target.tags(1) : Target.tags();
      images.add(LabeledImage.of("bars-" + seed + "-" + i, image, target));
    }
    return ImageDataset.of(TAGS, images);
  }

  /** Returns pictures that are bright from the bottom up to 0 to 100 %. */
  public static ImageDataset filled(int count, long seed) {
    Random random = new Random(seed);
    List<LabeledImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double level = 100 * random.nextDouble();
      Image image = image(random, (x, y) -> 18 - y <= 18 * level / 100);
      images.add(LabeledImage.of("level-" + seed + "-" + i, image, Target.numbers(level)));
    }
    return ImageDataset.of(LEVEL, images);
  }

  private interface Bright {
    boolean at(int x, int y);
  }

  private static Image image(Random random, Bright bright) {
    byte[] rgb = new byte[20 * 18 * 3];
    for (int i = 0; i < rgb.length; i++) {
      double value = (bright.at(i / 3 % 20, i / 60) ? 190 : 60) + random.nextGaussian() * 20;
      rgb[i] = (byte) Math.max(0, Math.min(255, value));
    }
    return Image.of(20, 18, rgb);
  }
}
