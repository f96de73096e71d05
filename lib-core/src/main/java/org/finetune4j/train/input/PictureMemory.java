package org.finetune4j.train.input;

import java.util.concurrent.atomic.AtomicLong;
import org.finetune4j.image.Image;

/** How much memory decoded pictures may take; it is shared by all that keep some. Thread-safe. */
public final class PictureMemory {
  private static final int SHARE_OF_THE_HEAP = 8;

  private final AtomicLong left;

  public PictureMemory(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  /** Returns the bound that holds where none is set. */
  public static long standard() {
    return Runtime.getRuntime().maxMemory() / SHARE_OF_THE_HEAP;
  }

  /** Returns the bound if it is one. */
  public static long checked(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(
          "Decoded pictures may take 0 bytes (none is kept) or more, not " + bytes + ".");
    }
    return bytes;
  }

  /** Returns whether there is room for a picture, which then counts. */
  boolean takes(Image image) {
    long bytes = bytes(image);
    if (left.addAndGet(-bytes) >= 0) {
      return true;
    }
    left.addAndGet(bytes);
    return false;
  }

  /** Gives the room of a picture back. */
  void gives(Image image) {
    left.addAndGet(bytes(image));
  }

  private static long bytes(Image image) {
    return (long) image.width() * image.height() * image.channels();
  }
}
