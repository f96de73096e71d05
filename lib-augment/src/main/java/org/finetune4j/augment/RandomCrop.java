package org.finetune4j.augment;

import java.util.Objects;
import org.finetune4j.image.Crop;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.random.CounterRandom;

/**
 * Cuts a rectangle of a fixed size out of the original picture, which may be padded first, as in
 * torchvision.
 *
 * @param size width and height of the cut
 * @param padding what is added around the picture before
 */
public record RandomCrop(ImageSize size, Pad padding) implements Transform {
  /** Returns a crop without padding. */
  public static RandomCrop of(ImageSize size) {
    return of(Objects.requireNonNull(size, "size"), 0);
  }

  /** Returns a crop after this much black padding on all sides. */
  public static RandomCrop of(ImageSize size, int padding) {
    return new RandomCrop(
        Objects.requireNonNull(size, "size"), Pad.all(padding, FillMode.CONSTANT, 0));
  }

  @Override
  public Operation sample(CounterRandom random) {
    return new CropAt(size, padding, random.nextDouble(), random.nextDouble());
  }

  @Override
  public Stage stage() {
    return Stage.ORIGINAL;
  }

  /**
   * One draw of it.
   *
   * @param size width and height of the cut
   * @param padding what is added before
   * @param x place from left (0) to right (1)
   * @param y place from top (0) to bottom (1)
   */
  record CropAt(ImageSize size, Pad padding, double x, double y) implements Kernel {
    /**
     * Returns the cut.
     *
     * @throws IllegalArgumentException if the padded picture is smaller than the cut
     */
    @Override
    public Image apply(Image image) {
      Image padded = padding.apply(image);
      int roomX = padded.width() - size.width();
      int roomY = padded.height() - size.height();
      Check.that(
          roomX >= 0 && roomY >= 0,
          "A random crop of %s does not fit into %s%s; crop less, pad more, or use"
              + " RandomResizedCrop, which takes a share of the picture.",
          size,
          image,
          padded.equals(image) ? "" : ", padded to " + padded.size());
      return size.equals(padded.size())
          ? padded
          : Crop.at(padded, (int) (x * (roomX + 1)), (int) (y * (roomY + 1)), size);
    }
  }
}
