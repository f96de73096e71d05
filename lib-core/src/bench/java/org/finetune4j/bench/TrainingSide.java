package org.finetune4j.bench;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.train.log.TrainingListener;

/**
 * A training through the public API that stands still while it is the others' turn: its listener
 * waits between two steps.
 */
final class TrainingSide implements Side, TrainingListener {
  /** Trains until it is cancelled. */
  @FunctionalInterface
  interface Training {
    void run(TrainingListener listener, Cancellation cancellation) throws Exception;
  }

  private final Cancellation cancellation = new Cancellation();
  private final Semaphore turns = new Semaphore(0);
  private final Semaphore done = new Semaphore(0);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Thread thread;
  private long start;
  private int steps;
  private double secondsPerStep;

  TrainingSide(Training training) {
    thread =
        new Thread(
            () -> {
              turns.acquireUninterruptibly();
              start = System.nanoTime();
              try {
                training.run(this, cancellation);
              } catch (Exception | Error e) { // whoever waits for the turn hears of it
                failure.set(e);
              }
              done.release();
            });
    thread.start();
  }

  @Override
  public double turn() {
    turns.release();
    done.acquireUninterruptibly();
    if (!thread.isAlive() || failure.get() != null) {
      throw new IllegalStateException("The training ended.", failure.get());
    }
    return secondsPerStep;
  }

  @Override
  public void batchFinished(BatchResult batch) {
    steps++;
    double seconds = (System.nanoTime() - start) / 1e9;
    if (seconds >= Settings.TURN_SECONDS && !cancellation.requested()) {
      secondsPerStep = seconds / steps;
      done.release();
      turns.acquireUninterruptibly();
      start = System.nanoTime();
      steps = 0;
    }
  }

  @Override
  public void close() {
    cancellation.request();
    turns.release();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
