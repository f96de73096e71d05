package org.finetune4j.bench;

import java.util.Arrays;
import java.util.List;

/** What can be set from outside, with -Dbench.… on Maven's command line. */
final class Settings {
  /** The least time that a turn takes. */
  static final double TURN_SECONDS = number("bench.seconds", 0.5);

  /** Turns that are measured; a fraction of them where one takes long. */
  static final int ROUNDS = (int) number("bench.rounds", 5);

  /** Threads that each side has. */
  static final int THREADS = (int) number("bench.threads", 2);

  /** The interpreter that has PyTorch; empty if there is none. */
  static final String PYTHON = System.getProperty("bench.python", "");

  static final String PEER = System.getProperty("bench.peer", "");

  /** Where photos that were made stay for the next run; empty if nowhere. */
  static final String PHOTOS = System.getProperty("bench.photos", "");

  private Settings() {}

  private static double number(String name, double standard) {
    String text = System.getProperty(name, "");
    return text.isEmpty() ? standard : Double.parseDouble(text);
  }

  /** Returns whether a contest was asked for; by default all were. */
  static boolean wants(String contest) {
    List<String> rows = Arrays.asList(System.getProperty("bench.rows", "").split(",", -1));
    return rows.equals(List.of("")) || rows.stream().anyMatch(contest::startsWith);
  }
}
