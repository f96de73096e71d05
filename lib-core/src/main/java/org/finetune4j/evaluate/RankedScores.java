package org.finetune4j.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The scores of one class, from high to low, equal ones taken together. */
record RankedScores(long positives, long negatives, List<Step> steps) {
  /** What counts as positive at a threshold. */
  record Step(double threshold, long truePositives, long falsePositives) {}

  static RankedScores of(float[] scores, boolean[] positive) {
    List<Integer> order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparing((Integer i) -> scores[i]).reversed())
            .toList();
    List<Step> steps = new ArrayList<>();
    long hits = 0;
    long misses = 0;
    for (int rank = 0; rank < order.size(); rank++) {
      int i = order.get(rank);
      if (positive[i]) {
        hits++;
      } else {
        misses++;
      }
      boolean lastOfEqual = rank + 1 == order.size() || scores[order.get(rank + 1)] != scores[i];
      if (lastOfEqual) {
        steps.add(new Step(scores[i], hits, misses));
      }
    }
    return new RankedScores(hits, misses, steps);
  }
}
