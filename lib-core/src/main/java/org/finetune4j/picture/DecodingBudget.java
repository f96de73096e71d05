package org.finetune4j.picture;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;

/**
 * Bounds the memory of the pictures that are decoded and used at once; who comes when it is used up
 * waits, first come, first served. Nobody waits for anything while memory is held, and a picture
 * larger than all of it comes in alone: there is always somebody who goes on. Thread-safe.
 */
final class DecodingBudget {
  /** Decoded once, turned upright once, and what a reader holds beside it. */
  static final int BYTES_PER_PIXEL = 8;

  private static final int UNIT = 1024;

  /** Files that are read while others are decoded; photos have some megabytes. */
  private static final long BYTES_PER_PLACE = 16L << 20;

  /** What all decoders of the process share: heaps are shared as well. */
  private static final DecodingBudget OF_HEAP =
      new DecodingBudget(Runtime.getRuntime().maxMemory() / 2);

  private final int units;
  private final Semaphore memory;
  private final Semaphore places;

  DecodingBudget(long bytes) {
    this.units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
    this.memory = new Semaphore(units, true);
    long files = Math.max(Runtime.getRuntime().availableProcessors(), bytes / BYTES_PER_PLACE);
    this.places = new Semaphore((int) Math.min(Integer.MAX_VALUE, files), true);
  }

  /** Returns the budget of the process: half of the largest heap. */
  static DecodingBudget ofHeap() {
    return OF_HEAP;
  }

  /** Waits until a file may be read; {@link #leave} follows, whatever happens. */
  void enter() throws IOException {
    acquire(places, 1);
  }

  void leave() {
    places.release();
  }

  /** Where a picture waits for its memory. */
  interface Room {
    /** Waits for the memory of so many pixels. */
    void take(long pixels) throws IOException;

    /** Waits until nobody else of those who wait here decodes. */
    default void takeAll() throws IOException {}
  }

  /** Returns a share of nothing yet, for the picture of a file of so many bytes. */
  Share share(long fileBytes) {
    return new Share(fileBytes);
  }

  private static void acquire(Semaphore semaphore, int permits) throws IOException {
    try {
      semaphore.acquire(permits);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("Interrupted while waiting for memory to decode a picture.");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /** What one call holds; of one thread. */
  final class Share implements Room, AutoCloseable {
    private final long fileBytes;
    private int held;

    private Share(long fileBytes) {
      this.fileBytes = fileBytes;
    }

    /**
     * Waits for the memory of a picture. If it takes more than was thought at first, all is given
     * back before: who holds some must not wait for more.
     */
    @Override
    public void take(long pixels) throws IOException {
      long bytes = pixels * BYTES_PER_PIXEL + 2 * fileBytes;
      int wanted = (int) Math.min(units, bytes / UNIT + 1);
      if (wanted > held) {
        takeInstead(wanted);
      }
    }

    /** Waits until nobody else holds memory, and keeps all others waiting. */
    @Override
    public void takeAll() throws IOException {
      takeInstead(units);
    }

    private void takeInstead(int wanted) throws IOException {
      close();
      acquire(memory, wanted);
      held = wanted;
    }

    @Override
    public void close() {
      memory.release(held);
      held = 0;
    }
  }
}
