package org.example;

import java.io.Serializable;

/**
 * How much of its machine a task takes.
 *
 * @param threads of the model in each executor process: 1 where an executor runs as many tasks as
 *     it has cores, as it does by default; {@code spark.task.cpus} otherwise
 * @param batch how many pictures of a partition run at once
 */
public record Options(int threads, int batch) implements Serializable {
  /** Refuses what is below 1. */
  public Options {
    if (threads < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "A task has 1 thread or more and runs 1 picture or more at once, not "
              + threads
              + " and "
              + batch
              + ".");
    }
  }

  /** One thread, 16 pictures at once. */
  public static Options standard() {
    return new Options(1, 16);
  }
}
