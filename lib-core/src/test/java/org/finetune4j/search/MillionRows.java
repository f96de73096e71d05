package org.finetune4j.search;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.SimilarityIndex;
import org.finetune4j.feature.SimilarityIndex.Match;
import org.finetune4j.feature.row.Rows;
import org.finetune4j.network.Shape;
import org.finetune4j.target.Labels;

/**
 * Searches a million rows made by formula, in a process of its own. A row is what 32 hidden numbers
 * become by a fixed matrix of normal numbers, and half as much normal noise in every column; the
 * hidden numbers lie around one of 1,000 centres, 0.6 of a centre's spread away. So rows have near
 * and far neighbours as features of pictures have, and neither so few dimensions nor so many that
 * searching would be easy or senseless. Queries are rows that are not in the index.
 */
public final class MillionRows {
  private static final int COLUMNS = 512;
  private static final int HIDDEN = 32;
  private static final int CENTRES = 1_000;
  private static final int QUERIES = 100;
  private static final int BATCH = 250_000;
  private static final float[] MATRIX = normal(1, COLUMNS * HIDDEN);
  private static final float[] CENTRE = normal(2, CENTRES * HIDDEN);

  private MillionRows() {}

  private static float[] normal(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void row(long number, float[] target, int offset) {
    SplittableRandom random = new SplittableRandom(number * 7919 + 3);
    int centre = random.nextInt(CENTRES) * HIDDEN;
    float[] hidden = new float[HIDDEN];
    for (int j = 0; j < HIDDEN; j++) {
      hidden[j] = (float) (CENTRE[centre + j] + 0.6 * random.nextGaussian());
    }
    for (int i = 0; i < COLUMNS; i++) {
      float sum = (float) (0.5 * random.nextGaussian());
      for (int j = 0; j < HIDDEN; j++) {
        sum += MATRIX[i * HIDDEN + j] * hidden[j];
      }
      target[offset + i] = sum;
    }
  }

  private static float[] query(int number) {
    float[] row = new float[COLUMNS];
    row(1_000_000_000L + number, row, 0);
    return row;
  }

  /** Rows that are computed when they are asked for, so that only the index takes memory. */
  private static FeatureSet features(int from, int to) {
    Rows rows =
        new Rows() {
          @Override
          public int columns() {
            return COLUMNS;
          }

          @Override
          public void read(int row, float[] target, int offset) {
            MillionRows.row(row, target, offset);
          }
        };
    int[] rowOf = IntStream.range(from, to).toArray();
    return new FeatureSet(
        rows, rowOf, new int[to - from], Labels.of("x"), Shape.vector(COLUMNS), Optional.empty());
  }

  private static List<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  /**
   * Arguments: {@code add} batches to a folder, {@code search} in it, or {@code exact} search
   * alone; the folder; how many rows; to add, from which on.
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    int count = Integer.parseInt(arguments[2]);
    if (arguments[0].equals("add")) {
      for (int from = Integer.parseInt(arguments[3]); from < count; from += BATCH) {
        int to = Math.min(count, from + BATCH);
        long start = System.nanoTime();
        ApproximateIndex.add(folder, names(from, to), features(from, to));
        System.out.printf(Locale.ROOT, "%,d rows added in %.0f s%n", to - from, seconds(start));
      }
      return;
    }
    long start = System.nanoTime();
    SimilarityIndex exact = SimilarityIndex.of(names(0, count), features(0, count));
    System.out.printf(Locale.ROOT, "%s made in %.0f s%n", exact, seconds(start));
    Match[][] truth = new Match[QUERIES][];
    times("exact", q -> truth[q] = exact.nearest(query(q), 10).toArray(Match[]::new));
    if (arguments[0].equals("exact")) {
      return;
    }
    start = System.nanoTime();
    try (ApproximateIndex index = ApproximateIndex.open(folder)) {
      System.out.printf(Locale.ROOT, "%s opened in %.2f s%n", index, seconds(start));
      for (int breadth : new int[] {20, 50, 100}) {
        ApproximateIndex wide = index.withBreadth(breadth);
        int[] found = new int[QUERIES];
        times(
            "breadth " + breadth,
            q -> {
              try {
                found[q] = common(truth[q], wide.nearest(query(q), 10));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
        double recall = Arrays.stream(found).sum() / (10.0 * QUERIES);
        System.out.printf(Locale.ROOT, "recall@10 with breadth %d: %.4f%n", breadth, recall);
      }
    }
  }

  private static int common(Match[] truth, List<Match> found) {
    return (int)
        Arrays.stream(truth)
            .filter(it -> found.stream().anyMatch(other -> other.index() == it.index()))
            .count();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static double processorMilliseconds() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e6
        : Double.NaN;
  }

  /** Three rounds of all queries; the last counts. */
  private static void times(String what, IntConsumer search) {
    double[] milliseconds = new double[QUERIES];
    double processors = 0;
    for (int round = 0; round < 3; round++) {
      processors = processorMilliseconds();
      for (int q = 0; q < QUERIES; q++) {
        long start = System.nanoTime();
        search.accept(q);
        milliseconds[q] = seconds(start) * 1e3;
      }
    }
    processors = (processorMilliseconds() - processors) / QUERIES;
    Arrays.sort(milliseconds);
    System.out.printf(
        Locale.ROOT,
        "%s: median %.2f ms, best %.2f, 95 %% below %.2f; %.2f ms of processor time%n",
        what,
        milliseconds[QUERIES / 2],
        milliseconds[0],
        milliseconds[QUERIES * 95 / 100],
        processors);
  }
}
