package org.finetune4j.engine.train;

import java.util.concurrent.CountDownLatch;
import org.finetune4j.engine.train.kernel.NativeMatrix;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.kernel.Scratch.Role;

/**
 * Lets threads of native operations sleep soon while a network trains. After each operation GNU's
 * OpenMP has them wait actively for the next, for milliseconds, on the processors that Java's loops
 * need; unless there are more of its threads than processors. So a second team of them exists,
 * which does nothing (libgomp's {@code gomp_throttled_spin_count_var}).
 */
final class ShortWaits implements AutoCloseable {
  /** A product of this size goes to oneDNN, on a team of threads. */
  private static final int SIZE = 256;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread owner;

  /** Begins, once the team is there. */
  ShortWaits() {
    CountDownLatch begun = new CountDownLatch(1);
    owner = new Thread(() -> ownTeam(begun), "finetune4j-second-team");
    owner.setDaemon(true);
    owner.start();
    await(begun);
  }

  Thread owner() {
    return owner;
  }

  /** A team belongs to the thread that first needs it and ends with it. */
  private void ownTeam(CountDownLatch begun) {
    try (Scratch scratch = new Scratch()) {
      NativeMatrix.multiply(
          scratch.matrix(Role.INPUT, SIZE, SIZE),
          scratch.matrix(Role.KERNEL, SIZE, SIZE),
          scratch.matrix(Role.OUTPUT, SIZE, SIZE));
    } finally {
      begun.countDown();
    }
    await(ended);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
  }
}
