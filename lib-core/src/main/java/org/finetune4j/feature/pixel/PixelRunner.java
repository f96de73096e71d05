package org.finetune4j.feature.pixel;

import java.nio.FloatBuffer;

/** Runs a network that reads pixels; thread-safe. */
@FunctionalInterface
public interface PixelRunner {
  /** Hands the pixels on as they are: for networks that are trained from the first layer on. */
  PixelRunner IDENTITY =
      (samples, pixels) -> {
        float[] copy = new float[pixels.remaining()];
        pixels.duplicate().get(copy);
        return new float[][] {copy};
      };

  /**
   * Runs a batch.
   *
   * @param samples how many pictures
   * @param pixels RGB planes of 0 to 255, the pictures one behind the other
   * @return for each output of the network the activations, the pictures one behind the other
   */
  float[][] run(int samples, FloatBuffer pixels);
}
