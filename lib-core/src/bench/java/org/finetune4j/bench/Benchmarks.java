package org.finetune4j.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.finetune4j.bench.Contest.Rival;

/**
 * Runs our side and the others in turn on the same machine and prints a table. Machines are noisy:
 * the ratios count, not the times.
 */
public final class Benchmarks {
  private Benchmarks() {}

  /** Runs the contests that {@code -Dbench.rows} selects. */
  public static void main(String[] args) throws IOException {
    List<Result> results = new ArrayList<>();
    Stream.of(
            ForwardContests.all(),
            ExtractionContests.all(),
            PictureContests.all(),
            TrainingContests.all(),
            ServingContests.all(),
            EightBitContests.all())
        .flatMap(List::stream)
        .filter(contest -> Settings.wants(contest.name()))
        .forEach(contest -> run(contest, results));
    System.out.println();
    System.out.println(Result.HEADER);
    results.forEach(result -> System.out.println(result.row()));
    System.exit(0); // ND4J leaves threads behind.
  }

  private static void run(Contest contest, List<Result> results) {
    long start = System.nanoTime();
    try {
      for (Result result : measure(contest)) {
        results.add(result);
        System.out.println(result.row());
      }
    } catch (IOException | RuntimeException e) {
      System.out.println("| " + contest.work() + " | failed: " + e + " |");
    }
    System.out.printf("  %s: %.0f s in all%n", contest.name(), (System.nanoTime() - start) / 1e9);
  }

  private static List<Result> measure(Contest contest) throws IOException {
    List<Side> sides = new ArrayList<>();
    try {
      sides.add(contest.ours().open());
      for (Rival rival : contest.rivals()) {
        sides.add(rival.side().open());
      }
      return results(contest, rounds(contest, sides));
    } finally {
      sides.forEach(Side::close);
    }
  }

  /** Returns for each side the seconds of every round. */
  private static List<List<Double>> rounds(Contest contest, List<Side> sides) {
    List<List<Double>> seconds = new ArrayList<>();
    sides.forEach(side -> seconds.add(new ArrayList<>()));
    for (int round = -contest.warmUps(); round < contest.rounds(); round++) {
      for (int i = 0; i < sides.size(); i++) {
        double turn = sides.get(i).turn();
        if (round >= 0) {
          seconds.get(i).add(turn);
        }
      }
    }
    return seconds;
  }

  private static List<Result> results(Contest contest, List<List<Double>> seconds) {
    List<Double> ours = seconds.get(0);
    if (contest.rivals().isEmpty()) {
      return List.of(new Result(contest.work(), "", new Target.None(), ours, ours));
    }
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < contest.rivals().size(); i++) {
      Rival rival = contest.rivals().get(i);
      results.add(
          new Result(contest.work(), rival.name(), rival.target(), ours, seconds.get(i + 1)));
    }
    return results;
  }
}
