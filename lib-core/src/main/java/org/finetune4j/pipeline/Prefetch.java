package org.finetune4j.pipeline;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Items that are prepared on other threads, a few ahead of the one who takes them, and taken in
 * order. Not more than {@code ahead} prepared items wait at any time. Taken by one thread.
 *
 * @param <T> what is prepared
 */
public final class Prefetch<T> implements AutoCloseable {
  /** Prepares an item; runs on any thread. */
  @FunctionalInterface
  public interface Preparation<T> {
    /** Returns item number {@code index}. */
    T prepare(int index) throws IOException;
  }

  private final int count;
  private final int ahead;
  private final Preparation<? extends T> preparation;
  private final ExecutorService threads;
  private final Deque<Future<T>> waiting = new ArrayDeque<>();
  private int submitted;
  private int taken;

  /**
   * Starts to prepare.
   *
   * @param count how many items there are
   * @param ahead how many may be under way or wait, at least 1
   * @param threads how many threads prepare
   * @param preparation prepares one
   */
  public Prefetch(int count, int ahead, int threads, Preparation<? extends T> preparation) {
    this.count = count;
    this.ahead = ahead;
    this.preparation = preparation;
    this.threads = Executors.newFixedThreadPool(threads, Prefetch::daemon);
    submit();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "finetune4j-prepare");
    thread.setDaemon(true);
    return thread;
  }

  private void submit() {
    while (submitted < count && waiting.size() < ahead) {
      int index = submitted++;
      waiting.add(threads.submit(() -> preparation.prepare(index)));
    }
  }

  /** Returns whether there is another item. */
  public boolean hasNext() {
    return taken < count;
  }

  /**
   * Returns the next item, waiting for it if need be.
   *
   * @throws java.io.InterruptedIOException if this thread is interrupted; it stays so
   * @throws IOException if its preparation failed so
   * @throws NoSuchElementException if all were taken
   */
  public T next() throws IOException {
    Future<T> next = waiting.poll();
    if (next == null) {
      throw new NoSuchElementException("All " + count + " items were taken.");
    }
    taken++;
    try {
      T item = next.get();
      submit();
      return item;
    } catch (ExecutionException e) {
      close();
      throw rethrow(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
  }

  private InterruptedIOException interrupted(InterruptedException cause) {
    InterruptedIOException interrupted =
        new InterruptedIOException(
            "Interrupted when " + (taken - 1) + " of " + count + " parts of the work were done.");
    interrupted.initCause(cause);
    return interrupted;
  }

  private static IOException rethrow(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException checked ? checked : new IOException(cause);
  }

  /** Ends the threads; what was prepared and not taken is dropped. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
