package org.finetune4j.bench;

import java.io.IOException;
import java.util.List;

/**
 * The same work done by us and by others.
 *
 * @param name selects it
 * @param work what is done, for people
 * @param rounds how many turns are measured
 * @param warmUps how many are not, before
 * @param ours our side
 * @param rivals the others, none if our time alone counts
 */
record Contest(
    String name, String work, int rounds, int warmUps, Opening ours, List<Rival> rivals) {
  /** Makes a side ready. */
  @FunctionalInterface
  interface Opening {
    Side open() throws IOException;
  }

  /**
   * Whom we are compared with.
   *
   * @param name for people
   * @param target what our time is held to
   * @param side the rival's side
   */
  record Rival(String name, Target target, Opening side) {}

  static Contest of(String name, String work, Opening ours, Rival... rivals) {
    return new Contest(name, work, Settings.ROUNDS, 1, ours, List.of(rivals));
  }

  /** Returns the contest with fewer rounds of what takes long. */
  Contest withRounds(int newRounds) {
    return new Contest(name, work, Math.min(rounds, newRounds), warmUps, ours, rivals);
  }

  /** Returns the contest with more turns before the measured ones, for Java's compiler. */
  Contest withWarmUps(int count) {
    return new Contest(name, work, rounds, count, ours, rivals);
  }
}
