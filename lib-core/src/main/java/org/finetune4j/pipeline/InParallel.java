package org.finetune4j.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Work on many files by all processors. */
public final class InParallel {
  private InParallel() {}

  /** Makes something of a file. */
  @FunctionalInterface
  public interface Reading<T, R> {
    /** Called from several threads. */
    R of(T item) throws IOException;
  }

  /**
   * Returns what became of each item, in order.
   *
   * @throws IOException of one of the items
   */
  public static <T, R> List<R> map(List<T> items, Reading<T, R> reading) throws IOException {
    try {
      return items.parallelStream().map(item -> unchecked(item, reading)).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static <T, R> R unchecked(T item, Reading<T, R> reading) {
    try {
      return reading.of(item);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
