package org.finetune4j.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A progress bar that rewrites its line. */
final class ConsoleProgress implements Progress {
  private static final int WIDTH = 30;
  private static final Duration BETWEEN_DRAWINGS = Duration.ofMillis(100);

  private final PrintStream out;
  private final LongSupplier clock;
  private String task = "";
  private long started;
  private long drawn;

  ConsoleProgress(PrintStream out, LongSupplier clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public synchronized void at(String newTask, long done, long total, String unit) {
    long now = clock.getAsLong();
    if (!newTask.equals(task) || done == 0) {
      task = newTask;
      started = now;
      drawn = now - BETWEEN_DRAWINGS.toNanos();
    }
    boolean finished = done == total;
    if (!finished && now - drawn < BETWEEN_DRAWINGS.toNanos()) {
      return;
    }
    drawn = now;
    out.print("\r" + line(done, total, unit, (now - started) / 1e9));
    if (finished) {
      out.println();
      task = "";
    }
    out.flush();
  }

  private String line(long done, long total, String unit, double seconds) {
    String amount = amount(done, unit) + (total < 0 ? "" : "/" + amount(total, unit)) + " " + unit;
    double rate = seconds > 0 ? done / seconds : 0;
    String end =
        done == total
            ? String.format(Locale.ROOT, "%.1f s", seconds)
            : rate > 0 && total > 0
                ? String.format(Locale.ROOT, "%.0f s left", (total - done) / rate)
                : "";
    return String.format(Locale.ROOT, "%-28s %s %s  %-12s", task, bar(done, total), amount, end);
  }

  private static String amount(long count, String unit) {
    return unit.equals("bytes")
        ? String.format(Locale.ROOT, "%.1f M", count / 1e6)
        : Long.toString(count);
  }

  private static String bar(long done, long total) {
    int full = total > 0 ? (int) (WIDTH * Math.min(done, total) / total) : 0;
    return "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "]";
  }
}
