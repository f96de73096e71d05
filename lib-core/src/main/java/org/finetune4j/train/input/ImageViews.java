package org.finetune4j.train.input;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.image.Image;
import org.finetune4j.picture.ImageDecoder;

/**
 * Pictures as training sees them: decoded, and changed by augmentation in each epoch anew. Decoded
 * pictures are kept in memory as far as there is room; which ones does not matter, since every
 * epoch reads all of them. Thread-safe.
 */
public final class ImageViews {
  private final ImageDataset images;
  private final boolean wholeNeeded;
  private final ImageDecoder decoder;
  private final Optional<Augmentation> augmentation;
  private final long seed;
  private final UnaryOperator<Image> fit;
  private final PictureMemory memory;
  private final AtomicReferenceArray<Image> kept;

  /**
   * @param decoder may leave out what the input size does not need
   * @param augmentation what changes in every epoch, if anything
   * @param seed decides how
   * @param fit brings a picture to the input size
   * @param memory where decoded pictures are kept
   */
  public ImageViews(
      ImageDataset images,
      ImageDecoder decoder,
      Optional<Augmentation> augmentation,
      long seed,
      UnaryOperator<Image> fit,
      PictureMemory memory) {
    this.images = images;
    // What is cut out of the original needs the original; all else begins with the same resize.
    this.wholeNeeded = augmentation.isPresent() && !augmentation.get().original().isEmpty();
    this.decoder = wholeNeeded ? decoder.whole() : decoder;
    this.augmentation = augmentation;
    this.seed = seed;
    this.fit = fit;
    this.memory = memory;
    this.kept = new AtomicReferenceArray<>(images.size());
  }

  public ImageDataset images() {
    return images;
  }

  /** Returns a picture as it is seen in an epoch. */
  public Image view(int sample, int epoch) throws IOException {
    Image image = decoded(sample);
    return augmentation.isEmpty()
        ? image
        : augmentation.get().apply(image, fit, seed, epoch, sample);
  }

  /** Returns all that decides the views of a picture besides the picture and the epoch. */
  public String how(int sample) {
    return augmentation.map(Augmentation::toString).orElse("") + " " + seed + " " + sample;
  }

  private Image decoded(int sample) throws IOException {
    Image known = kept.get(sample);
    if (known != null) {
      return known;
    }
    Image image = images.get(sample).decode(decoder);
    Image read = wholeNeeded ? image : fit.apply(image);
    if (memory.takes(read) && !kept.compareAndSet(sample, null, read)) {
      memory.gives(read);
    }
    return read;
  }
}
