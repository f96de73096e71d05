package org.finetune4j.progress;

import java.io.Console;
import java.io.PrintStream;
import java.util.Objects;

/**
 * Hears how far long work is. Calls for one task come from one thread at a time and in order; a
 * listener that throws stops the work.
 */
@FunctionalInterface
public interface Progress {
  /**
   * Some of the work is done. The first call of a task has {@code done == 0}, the last one {@code
   * done == total}, unless the work fails.
   *
   * @param task what is done, for people, for example {@code Extracting features}
   * @param done how much is done
   * @param total how much there is, or -1 where nobody knows
   * @param unit what is counted, for example {@code images} or {@code bytes}
   */
  void at(String task, long done, long total, String unit);

  /** Returns a listener that does nothing. */
  static Progress silent() {
    return (task, done, total, unit) -> {};
  }

  /**
   * Returns a progress bar on standard output, where {@code TrainingListener.console()} writes too.
   * Where that is no terminal but a file or the log of a build, it is a line per 10 % or 10
   * seconds. Lines fit 80 columns.
   */
  static Progress console() {
    return new ConsoleProgress(System.out, System::nanoTime, isTerminal());
  }

  /**
   * Returns a progress bar.
   *
   * @param out where it is drawn; the bar rewrites its line, at most ten times a second
   */
  static Progress console(PrintStream out) {
    return new ConsoleProgress(Objects.requireNonNull(out, "out"), System::nanoTime, true);
  }

  /**
   * Returns lines for a file or a log.
   *
   * @param out where a line is written for each 10 % or after 10 seconds, at most one a second
   */
  static Progress lines(PrintStream out) {
    return new ConsoleProgress(Objects.requireNonNull(out, "out"), System::nanoTime, false);
  }

  /** From Java 22 on there is a console without a terminal too; it says whether it has one. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }
}
