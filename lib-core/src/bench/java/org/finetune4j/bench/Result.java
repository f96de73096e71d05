package org.finetune4j.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What came out against one rival.
 *
 * @param work what was done
 * @param rival whom we were compared with
 * @param target what our time is held to
 * @param ours our seconds in each round
 * @param theirs the rival's, in the same rounds; as ours if there is no rival
 */
record Result(String work, String rival, Target target, List<Double> ours, List<Double> theirs) {
  static final String HEADER =
      "| work | ours | rival | its time | ratio (range) | target | met |\n"
          + "| --- | --- | --- | --- | --- | --- | --- |";

  /** Returns a row of the table. */
  String row() {
    boolean alone = rival.isEmpty();
    double[] ratios = ratios();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %s |",
        work,
        time(median(sorted(ours))),
        rival,
        alone ? "" : time(median(sorted(theirs))),
        alone
            ? ""
            : String.format(
                Locale.ROOT,
                "**%.2f** (%.2f-%.2f)",
                median(ratios),
                ratios[0],
                ratios[ratios.length - 1]),
        target,
        target instanceof Target.None ? "" : met() ? "yes" : "**no**");
  }

  /** Rounds are compared one by one, since a machine's load changes from one to the next. */
  private boolean met() {
    long good =
        IntStream.range(0, ours.size()).filter(i -> target.met(ours.get(i), theirs.get(i))).count();
    return 2 * good > ours.size();
  }

  /** Returns how many times as fast we were, from the worst round to the best. */
  private double[] ratios() {
    return IntStream.range(0, ours.size())
        .mapToDouble(i -> theirs.get(i) / ours.get(i))
        .sorted()
        .toArray();
  }

  private static double[] sorted(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }

  private static String time(double seconds) {
    return seconds < 0.1
        ? String.format(Locale.ROOT, "%.1f ms", seconds * 1e3)
        : String.format(Locale.ROOT, "%.2f s", seconds);
  }
}
