package org.finetune4j.feature.pixel;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.finetune4j.image.Image;
import org.finetune4j.image.ImageSize;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.picture.ImageDecoder;
import org.finetune4j.preprocess.Preprocessing;

/**
 * Turns pictures into batches for a network that holds channel order, mean and scale itself: RGB
 * (or gray) planes of 0 to 255 at the input size. Thread-safe; arrays are used again, since Java
 * would fill new ones with zeros first. They lie on the heap: what many extractors leave behind off
 * it, Java would give back late.
 */
public final class PixelBatches {
  /** Where pictures come from. */
  @FunctionalInterface
  public interface ImageSource {
    /** Returns picture number {@code index}; called from several threads. */
    Image get(int index) throws IOException;
  }

  private final Preprocessing preprocessing;
  private final Shape shape;
  private final ImageSize inputSize;
  private final Deque<FloatBuffer> free = new ArrayDeque<>();

  /**
   * Starts without buffers.
   *
   * @param preprocessing whose resize rule fits pictures to the input size
   * @param network reads one picture of three channels, or of one for gray pictures
   */
  public PixelBatches(Preprocessing preprocessing, Network network) {
    this.preprocessing = preprocessing;
    this.shape = network.inputs().get(0).shape();
    this.inputSize = new ImageSize(shape.width(), shape.height());
  }

  /**
   * Returns a batch of pictures; to be given back by {@link #release}.
   *
   * @param samples how many
   * @param images gives pictures 0 to {@code samples - 1}
   * @throws IOException if a picture cannot be read
   */
  public PixelBatch prepare(int samples, ImageSource images) throws IOException {
    int size = shape.elements();
    FloatBuffer pixels = take(Math.multiplyExact(samples, size));
    for (int i = 0; i < samples; i++) {
      preprocessing.toModelInput(
          images.get(i), inputSize, shape.channels(), pixels.array(), i * size);
    }
    return new PixelBatch(samples, pixels);
  }

  /** Returns the shape of one picture of a batch. */
  public Shape shape() {
    return shape;
  }

  /** Returns a decoder for pictures that are fitted to the input size at once. */
  public ImageDecoder decoder(ImageDecoder decoder) {
    return preprocessing.decoder(decoder, inputSize);
  }

  /** Returns a picture at the input size. */
  public Image fit(Image image) {
    return preprocessing.fit(image, inputSize);
  }

  private FloatBuffer take(int size) {
    synchronized (free) {
      FloatBuffer buffer = free.poll();
      if (buffer != null && buffer.capacity() >= size) {
        return buffer.clear().limit(size);
      }
    }
    return FloatBuffer.allocate(size);
  }

  /** Takes a batch back whose pixels nobody reads any more. */
  public void release(PixelBatch batch) {
    synchronized (free) {
      free.push(batch.pixels());
    }
  }
}
