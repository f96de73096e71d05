package org.finetune4j.preprocess;

import org.finetune4j.image.Crop;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.image.Interpolation;
import org.finetune4j.image.Resize;

/** How a picture of any proportions gets the input size of a network. */
public enum ResizeRule {
  /** Scales width and height independently: all is seen, proportions change. */
  SQUASH,
  /** Scales until the input size is covered and cuts out the middle: edges are lost. */
  CROP,
  /** Scales until the picture fits and fills the rest with black: all is seen, smaller. */
  PAD;

  /** Returns the picture at this size; itself if it has it already. */
  public Image apply(Image image, ImageSize size, Interpolation interpolation) {
    return apply(image, size, interpolation, Resize.NO_GAP);
  }

  /**
   * Returns the picture at this size, in two steps if it is much larger.
   *
   * @param reducingGap as in {@link Resize#squash(Image, ImageSize, Interpolation, double)}
   */
  public Image apply(Image image, ImageSize size, Interpolation interpolation, double reducingGap) {
    return switch (this) {
      case SQUASH -> Resize.squash(image, size, interpolation, reducingGap);
      case CROP -> Resize.crop(image, size, interpolation, reducingGap);
      case PAD -> Crop.pad(Resize.contain(image, size, interpolation, reducingGap), size, 0);
    };
  }
}
