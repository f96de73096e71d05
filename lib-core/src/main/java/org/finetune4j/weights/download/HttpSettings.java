package org.finetune4j.weights.download;

import java.time.Duration;

/**
 * How patient a download is.
 *
 * @param connectTimeout for the connection
 * @param stallTimeout how long a server may send nothing at all
 * @param tries how often in a row a download may fail without having come any further; at least 1
 *     (at most 2 where nothing has come and the server cannot even be reached)
 * @param firstWait before the second try; doubled from try to try, at most 10 seconds
 */
public record HttpSettings(
    Duration connectTimeout, Duration stallTimeout, int tries, Duration firstWait) {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  /** Checks the values. */
  public HttpSettings {
    if (connectTimeout.isNegative()
        || connectTimeout.isZero()
        || stallTimeout.isNegative()
        || stallTimeout.isZero()
        || firstWait.isNegative()) {
      throw new IllegalArgumentException(
          "Time-outs are above zero, but they are " + connectTimeout + " and " + stallTimeout);
    }
    if (tries < 1) {
      throw new IllegalArgumentException("A download has at least 1 try, not " + tries + ".");
    }
  }

  /** Returns 15 s to connect, 30 s of silence, 4 tries, 0.5 s before the second. */
  public static HttpSettings standard() {
    return new HttpSettings(
        Duration.ofSeconds(15), Duration.ofSeconds(30), 4, Duration.ofMillis(500));
  }

  Duration waitAfter(int failures) {
    Duration wait = firstWait.multipliedBy(1L << Math.min(failures - 1, 20));
    return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
  }
}
