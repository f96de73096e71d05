package org.finetune4j.feature.pixel;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.finetune4j.pipeline.Prefetch;

/**
 * Runs many pictures through a network: batches are decoded and resized on other threads while the
 * network computes the one before.
 */
public final class ImagePipeline {
  private static final int AHEAD = 2;

  /** Batches that wait take one part of so many of the largest heap. */
  private static final int SHARE_OF_HEAP = 8;

  private final PixelRunner network;
  private final PixelBatches batches;
  private final int batchSize;

  /** Receives what a batch became. */
  @FunctionalInterface
  public interface Receiver {
    /**
     * Takes the activations of pictures {@code first} to {@code first + samples - 1}.
     *
     * @param activations for each output of the network, the pictures one behind the other
     */
    void accept(int first, int samples, float[][] activations) throws IOException;
  }

  /**
   * Connects a network and what prepares its input.
   *
   * @param network reads pixels
   * @param batches prepares them
   * @param batchSize pictures in a batch
   */
  public ImagePipeline(PixelRunner network, PixelBatches batches, int batchSize) {
    this.network = network;
    this.batches = batches;
    this.batchSize = batchSize;
  }

  /**
   * Runs pictures in order.
   *
   * @param count how many there are
   * @param images gives pictures 0 to {@code count - 1}; called from several threads
   * @param receiver gets the batches in order, in this thread
   * @throws InterruptedIOException if this thread is interrupted between two batches
   * @throws IOException if a picture cannot be read, or from the receiver
   */
  public void run(int count, PixelBatches.ImageSource images, Receiver receiver)
      throws IOException {
    if (count <= batchSize) {
      // Nothing can be prepared ahead, and threads would only be waited for.
      if (count > 0) {
        accept(batches.prepare(count, images), 0, receiver);
      }
      return;
    }
    int steps = (count + batchSize - 1) / batchSize;
    int ahead = ahead();
    int threads = Math.max(1, Math.min(ahead, Runtime.getRuntime().availableProcessors()));
    try (Prefetch<PixelBatch> prepared =
        new Prefetch<>(
            steps,
            ahead,
            threads,
            step -> {
              int first = step * batchSize;
              return batches.prepare(
                  Math.min(batchSize, count - first), i -> images.get(first + i));
            })) {
      for (int first = 0; prepared.hasNext(); first += batchSize) {
        PixelBatch batch = prepared.next();
        // What is prepared already would not be waited for, and nobody would hear of it.
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException(
              "Interrupted when " + first + " of " + count + " pictures were done.");
        }
        accept(batch, first, receiver);
      }
    }
  }

  /** Fewer than usual where large pictures would fill a small heap. */
  private int ahead() {
    long bytes = (long) batchSize * batches.shape().elements() * Float.BYTES;
    long fit = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / bytes;
    return (int) Math.max(1, Math.min(AHEAD, fit));
  }

  private void accept(PixelBatch batch, int first, Receiver receiver) throws IOException {
    float[][] activations = network.run(batch.samples(), batch.pixels());
    batches.release(batch);
    receiver.accept(first, batch.samples(), activations);
  }
}
