package org.finetune4j.augment;

import java.util.ArrayList;
import java.util.List;
import org.finetune4j.image.Crop;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.random.CounterRandom;

/**
 * Cuts a rectangle of random area and proportions out of the original picture; the resize to the
 * input size that follows makes it the transform of the same name in torchvision ("Inception-style"
 * cropping, Szegedy et al. 2014).
 *
 * @param area share of the picture, above 0, at most 1
 * @param aspectRatio width over height, above 0
 */
public record RandomResizedCrop(Range area, Range aspectRatio) implements Transform {
  private static final int ATTEMPTS = 10;

  /** The usual one: 8 to 100 percent of the area, ratio 3/4 to 4/3. */
  public static final RandomResizedCrop STANDARD =
      new RandomResizedCrop(new Range(0.08, 1), new Range(3.0 / 4, 4.0 / 3));

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one lies outside its range
   */
  public RandomResizedCrop {
    area.positive("The cropped area").within("The cropped area", 0, 1);
    aspectRatio.positive("aspectRatio");
  }

  @Override
  public Operation sample(CounterRandom random) {
    List<RelativeBox> boxes = new ArrayList<>();
    for (int i = 0; i < ATTEMPTS; i++) {
      boxes.add(RelativeBox.draw(area, aspectRatio, random));
    }
    return new CropFirst(boxes, aspectRatio);
  }

  @Override
  public Stage stage() {
    return Stage.ORIGINAL;
  }

  /**
   * One draw of it.
   *
   * @param boxes the first that fits into the picture is cut out
   * @param aspectRatio if none fits: the middle, as large as these proportions allow
   */
  record CropFirst(List<RelativeBox> boxes, Range aspectRatio) implements Kernel {
    /** Copies the list. */
    public CropFirst {
      boxes = List.copyOf(boxes);
    }

    @Override
    public Image apply(Image image) {
      for (RelativeBox box : boxes) {
        int width = box.firstSide(image.width(), image.height());
        int height = box.secondSide(image.width(), image.height());
        if (width > 0 && width <= image.width() && height > 0 && height <= image.height()) {
          int left = box.left(image.width() - width);
          int top = box.top(image.height() - height);
          return Crop.at(image, left, top, new ImageSize(width, height));
        }
      }
      return Crop.center(image, largest(image.size()));
    }

    private ImageSize largest(ImageSize size) {
      double ratio = (double) size.width() / size.height();
      if (ratio < aspectRatio.low()) {
        int height = (int) Math.rint(size.width() / aspectRatio.low());
        return new ImageSize(size.width(), Math.max(1, height));
      }
      if (ratio > aspectRatio.high()) {
        int width = (int) Math.rint(size.height() * aspectRatio.high());
        return new ImageSize(Math.max(1, width), size.height());
      }
      return size;
    }
  }
}
