package org.finetune4j.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A progress bar that rewrites its line on a terminal; in files and logs of builds a new line now
 * and then.
 */
final class ConsoleProgress implements Progress {
  private static final int COLUMNS = 79;
  private static final int LONGEST_BAR = 30;
  private static final int SHORTEST_BAR = 10;
  private static final Duration BETWEEN_DRAWINGS = Duration.ofMillis(100);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final Duration LEAST_BETWEEN_LINES = Duration.ofSeconds(1);

  private final PrintStream out;
  private final LongSupplier clock;
  private final boolean terminal;
  private String task = "";
  private String finished = "";
  private long started;
  private long drawn;
  private long doneAtLastLine;

  ConsoleProgress(PrintStream out, LongSupplier clock, boolean terminal) {
    this.out = out;
    this.clock = clock;
    this.terminal = terminal;
  }

  @Override
  public synchronized void at(String newTask, long done, long total, String unit) {
    if (done == total && done > 0 && newTask.equals(finished)) {
      return;
    }
    finished = "";
    long now = clock.getAsLong();
    if (!newTask.equals(task) || done == 0) {
      task = newTask;
      started = now;
      drawn = terminal ? now - BETWEEN_DRAWINGS.toNanos() : now;
      doneAtLastLine = 0;
    }
    if (done != total && !isTime(now - drawn, done, total)) {
      return;
    }
    drawn = now;
    doneAtLastLine = done;
    double seconds = (now - started) / 1e9;
    if (terminal) {
      String line = bar(done, total, unit, seconds);
      out.print("\r" + line + " ".repeat(COLUMNS - line.length()));
    } else {
      out.println(cut(task, COLUMNS / 2) + ": " + amounts(done, total, unit, seconds));
    }
    if (done == total) {
      if (terminal) {
        out.println();
      }
      finished = task;
      task = "";
    }
    out.flush();
  }

  private boolean isTime(long since, long done, long total) {
    if (terminal) {
      return since >= BETWEEN_DRAWINGS.toNanos();
    }
    boolean tenth = total > 0 && (done - doneAtLastLine) * 10 >= total;
    return since >= BETWEEN_LINES.toNanos() || (tenth && since >= LEAST_BETWEEN_LINES.toNanos());
  }

  private String bar(long done, long total, String unit, double seconds) {
    String amounts = amounts(done, total, unit, seconds);
    String name = cut(task, COLUMNS - amounts.length() - SHORTEST_BAR - 4);
    int width = Math.min(LONGEST_BAR, COLUMNS - amounts.length() - name.length() - 4);
    int full = total > 0 ? (int) (width * Math.min(done, total) / total) : 0;
    return cut(name + " [" + "#".repeat(full) + ".".repeat(width - full) + "] " + amounts, COLUMNS);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, Math.max(0, length - 3)) + "...";
  }

  /** Returns for example {@code 5/10 images, 1 s left}. */
  private static String amounts(long done, long total, String unit, double seconds) {
    String amount = amount(done, unit) + (total < 0 ? "" : "/" + amount(total, unit)) + " " + unit;
    double rate = seconds > 0 ? done / seconds : 0;
    if (done == total) {
      return amount + ", " + String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return rate > 0 && total > 0
        ? amount + ", " + duration((total - done) / rate) + " left"
        : amount;
  }

  private static String duration(double seconds) {
    return seconds < 100
        ? String.format(Locale.ROOT, "%.0f s", seconds)
        : String.format(Locale.ROOT, "%.0f min", seconds / 60);
  }

  private static String amount(long count, String unit) {
    return unit.equals("bytes")
        ? String.format(Locale.ROOT, "%.1f M", count / 1e6)
        : Long.toString(count);
  }
}
