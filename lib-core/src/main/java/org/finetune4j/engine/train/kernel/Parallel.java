package org.finetune4j.engine.train.kernel;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Loops whose rounds are independent, so that the result does not depend on the threads. */
public final class Parallel {
  /** Rounds of less work together than this many values are not worth a second thread. */
  private static final long WORTH_IT = 32_768;

  private Parallel() {}

  /** Runs the rounds 0 to count - 1, each of which handles about this many values. */
  public static void loop(int count, int valuesEach, IntConsumer round) {
    if ((long) count * valuesEach < WORTH_IT) {
      for (int i = 0; i < count; i++) {
        round.accept(i);
      }
    } else {
      IntStream.range(0, count).parallel().forEach(round);
    }
  }
}
