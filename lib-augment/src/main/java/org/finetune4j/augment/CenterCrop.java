package org.finetune4j.augment;

import org.finetune4j.image.Crop;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.random.CounterRandom;

/**
 * Cuts out the middle of the original picture.
 *
 * @param size width and height of the cut
 */
public record CenterCrop(ImageSize size) implements Transform, Kernel {
  @Override
  public Operation sample(CounterRandom random) {
    return this;
  }

  @Override
  public Stage stage() {
    return Stage.ORIGINAL;
  }

  /**
   * Returns the middle.
   *
   * @throws IllegalArgumentException if the picture is smaller than the cut
   */
  @Override
  public Image apply(Image image) {
    return size.equals(image.size()) ? image : Crop.center(image, size);
  }
}
