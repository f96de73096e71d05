package org.finetune4j.engine.onnx;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.finetune4j.network.Network;

/**
 * A batch in pieces that several threads run side by side. Small pieces keep the activations in the
 * processor's caches, and their memory small, however large the batch is.
 *
 * @param threads how many run side by side, the calling one among them
 * @param samplesPerPiece the most samples of a piece, at least 1
 */
record SampleSharing(int threads, int samplesPerPiece) {
  /** Uses of each weight per piece below which reading the weights would take too long. */
  private static final int USES_PER_WEIGHT = 200;

  private static final int FEWEST_SAMPLES = 2;

  private static final ExecutorService HELPERS = helpers();

  /** Runs one piece. */
  @FunctionalInterface
  interface Piece {
    void run(int firstSample, int samples);
  }

  /**
   * Chooses the size of the pieces for a network. Every piece reads all weights: a convolution uses
   * each of them at many positions, a dense layer just once per sample, so it needs more samples.
   */
  static SampleSharing of(Network network, int threads) {
    double uses = 0;
    for (String name : network.layerNames()) {
      long weights = network.tensors(name).stream().mapToLong(it -> it.elements()).sum();
      uses += (double) weights * network.shape(name).positions();
    }
    double perWeight = Math.max(1, uses / Math.max(1, network.parameterCount()));
    int samples = (int) Math.ceil(USES_PER_WEIGHT / perWeight);
    return new SampleSharing(threads, Math.max(FEWEST_SAMPLES, samples));
  }

  /** Returns whether there is work enough for every thread, and little idling at the end. */
  boolean isWorthwhile(int samples) {
    return threads > 1 && samples >= 2 * threads;
  }

  /** Runs all pieces and returns when they are done; the first failure is thrown. */
  void run(int samples, Piece piece) {
    int size = Math.max(1, Math.min(samplesPerPiece, samples / threads));
    int pieces = (samples + size - 1) / size;
    Pieces work =
        new Pieces(pieces, at -> piece.run(at * size, Math.min(size, samples - at * size)));
    for (int i = 1; i < Math.min(threads, pieces); i++) {
      HELPERS.execute(work);
    }
    // Works too, so that a call goes on even if all helpers are busy with other calls.
    work.run();
    work.await();
  }

  /**
   * One thread per other processor for the whole process; they end when idle, soon, since each
   * holds the class loader of whoever started it.
   */
  private static ExecutorService helpers() {
    int count = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    ThreadPoolExecutor helpers =
        new ThreadPoolExecutor(
            count,
            count,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "finetune4j-samples");
              thread.setDaemon(true);
              return thread;
            });
    helpers.allowCoreThreadTimeOut(true);
    return helpers;
  }

  /** Pieces that every thread which runs this takes from, until none is left. */
  private static final class Pieces implements Runnable {
    private final int count;
    private final IntConsumer work;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch open;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Pieces(int count, IntConsumer work) {
      this.count = count;
      this.work = work;
      this.open = new CountDownLatch(count);
    }

    @Override
    public void run() {
      for (int at = next.getAndIncrement(); at < count; at = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            work.accept(at);
          }
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          open.countDown();
        }
      }
    }

    void await() {
      Uninterruptibles.awaitUninterruptibly(open);
      Throwable thrown = failure.get();
      if (thrown != null) {
        Throwables.throwIfUnchecked(thrown);
      }
    }
  }
}
