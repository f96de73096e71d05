package org.finetune4j.augment;

import org.finetune4j.image.Image;

/**
 * An operation that can work in place. A {@link Sequence} uses that to spare a copy for each, where
 * it made the picture itself.
 */
interface Retouch extends Kernel {
  /**
   * Changes samples in place.
   *
   * @param samples row by row, channels interleaved
   */
  void retouch(byte[] samples, int width, int channels);

  @Override
  default Image apply(Image image) {
    byte[] samples = image.samples();
    retouch(samples, image.width(), image.channels());
    return Image.wrap(image.size(), image.channels(), samples);
  }
}
