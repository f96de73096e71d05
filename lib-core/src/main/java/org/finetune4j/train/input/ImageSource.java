package org.finetune4j.train.input;

import java.io.IOException;
import org.finetune4j.feature.pixel.PixelBatch;
import org.finetune4j.feature.pixel.PixelBatches;
import org.finetune4j.feature.pixel.PixelRunner;
import org.finetune4j.network.Shape;
import org.finetune4j.target.Targets;

/**
 * Samples that are decoded, augmented and run through the frozen trunk anew in every epoch. The
 * pixels are prepared on other threads; the trunk runs when the batch is taken, so that the two
 * engines take turns instead of fighting for the processors.
 */
public final class ImageSource implements SampleSource {
  private final ImageViews views;
  private final PixelBatches batches;
  private final PixelRunner trunk;
  private final Targets targets;

  public ImageSource(ImageViews views, PixelBatches batches, PixelRunner trunk) {
    this.views = views;
    this.batches = batches;
    this.trunk = trunk;
    this.targets = views.images().targets();
  }

  @Override
  public Targets targets() {
    return targets;
  }

  @Override
  public Shape shape() {
    return batches.shape();
  }

  @Override
  public Activations prepare(int[] samples, int epoch, Mix mix) throws IOException {
    PixelBatch batch = batches.prepare(samples.length, i -> views.view(samples[i], epoch));
    mix.apply(batch.pixels(), batch.samples());
    return () -> {
      float[][] activations = trunk.run(batch.samples(), batch.pixels());
      batches.release(batch);
      return activations;
    };
  }
}
