package org.finetune4j.engine.train.kernel;

import java.util.function.IntConsumer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Loops on Java's threads whose rounds call OpenBLAS, each of which then stays on the thread that
 * calls it. Where OpenBLAS shares out every small product instead, its threads wait for each other
 * at the end of each, and burn the processor meanwhile.
 */
public final class NativeThreads {
  /** How many rounds run at a time, at most. */
  public static final int LANES = Runtime.getRuntime().availableProcessors();

  /** Loops that run now: OpenBLAS knows one number of threads for the whole process. */
  private static int loops;

  private static int before;

  private NativeThreads() {}

  /** What a lane does in a round, with memory of its own. */
  @FunctionalInterface
  public interface LaneBody {
    void accept(int lane, int round);
  }

  /**
   * Runs the rounds 0 to count - 1, each of which handles about this many values, in {@link #LANES}
   * lanes: a lane takes every so many rounds, one after the other on one thread.
   */
  public static void inLanes(int count, int valuesEach, LaneBody body) {
    long ofLane = (long) count * valuesEach / LANES;
    loop(
        LANES,
        (int) Math.min(Integer.MAX_VALUE, ofLane),
        lane -> {
          for (int round = lane; round < count; round += LANES) {
            body.accept(lane, round);
          }
        });
  }

  /** Runs the rounds 0 to count - 1, as {@link Parallel#loop}. */
  static void loop(int count, int valuesEach, IntConsumer round) {
    enter();
    try {
      Parallel.loop(count, valuesEach, round);
    } finally {
      leave();
    }
  }

  private static synchronized void enter() {
    if (loops == 0) {
      before = openblas_nolapack.blas_get_num_threads();
      openblas_nolapack.blas_set_num_threads(1);
    }
    loops++;
  }

  private static synchronized void leave() {
    loops--;
    if (loops == 0) {
      openblas_nolapack.blas_set_num_threads(before);
    }
  }
}
