package org.finetune4j.train;

import java.io.IOException;
import java.util.Optional;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.ImageDecoder;
import org.finetune4j.feature.PixelBatch;
import org.finetune4j.feature.PixelBatches;
import org.finetune4j.feature.PixelRunner;
import org.finetune4j.image.Image;
import org.finetune4j.network.Shape;

/**
 * Samples that are decoded, augmented and run through the frozen trunk anew in every epoch. The
 * pixels are prepared on other threads; the trunk runs when the batch is taken, so that the two
 * engines take turns instead of fighting for the processors.
 */
final class ImageSource implements SampleSource {
  private final ImageDataset images;
  private final ImageDecoder decoder;
  private final Optional<Augmentation> augmentation;
  private final long seed;
  private final PixelBatches batches;
  private final PixelRunner trunk;

  ImageSource(
      ImageDataset images,
      ImageDecoder decoder,
      Optional<Augmentation> augmentation,
      long seed,
      PixelBatches batches,
      PixelRunner trunk) {
    this.images = images;
    this.decoder = decoder;
    this.augmentation = augmentation;
    this.seed = seed;
    this.batches = batches;
    this.trunk = trunk;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int target(int sample) {
    return images.get(sample).label();
  }

  @Override
  public Shape shape() {
    return batches.shape();
  }

  @Override
  public Activations prepare(int[] samples, int epoch, Mix mix) throws IOException {
    PixelBatch batch = batches.prepare(samples.length, i -> view(samples[i], epoch));
    mix.apply(batch.pixels(), batch.samples());
    return () -> {
      float[][] activations = trunk.run(batch.samples(), batch.pixels());
      batches.release(batch);
      return activations;
    };
  }

  private Image view(int sample, int epoch) throws IOException {
    Image image = images.get(sample).decode(decoder);
    return augmentation.isEmpty()
        ? image
        : augmentation.get().apply(image, batches::fit, seed, epoch, sample);
  }
}
