package org.finetune4j.train.input;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.finetune4j.split.Fractions;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;

/**
 * Samples dealt out to folds so that every fold has about the same share of each class.
 *
 * @param foldOf the fold of each sample
 * @param count the number of folds
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StratifiedFolds(int[] foldOf, int count) {
  /**
   * Deals samples out.
   *
   * @param targets the class of each sample
   * @param count how many folds are wanted; fewer if there are fewer samples
   * @param seed decides who goes where
   */
  public static StratifiedFolds of(int[] targets, int count, long seed) {
    int folds = Math.min(count, targets.length);
    int[] order = Shuffle.order(targets.length, seed, 0);
    int[] foldOf = new int[targets.length];
    int classes = Arrays.stream(targets).max().orElse(0) + 1;
    int dealt = 0;
    for (int c = 0; c < classes; c++) {
      for (int sample : order) {
        if (targets[sample] == c) {
          foldOf[sample] = dealt++ % folds;
        }
      }
    }
    return new StratifiedFolds(foldOf, folds);
  }

  /**
   * Deals samples out, those of one group together, each class, tag or range of numbers evenly.
   *
   * @param count how many folds are wanted; fewer if there are fewer samples or groups
   * @param seed decides who goes where
   */
  public static StratifiedFolds of(Targets targets, int count, long seed) {
    long alone = targets.groups().stream().filter(String::isEmpty).count();
    long groups = targets.groups().stream().filter(it -> !it.isEmpty()).distinct().count();
    if (targets.task() instanceof Task.OneLabel && groups == 0) {
      return of(targets.labelIndices(), count, seed);
    }
    int folds = (int) Math.min(count, alone + groups);
    return new StratifiedFolds(targets.parts(Fractions.equal(folds), seed), folds);
  }

  public int[] inside(int fold) {
    return IntStream.range(0, foldOf.length).filter(i -> foldOf[i] == fold).toArray();
  }

  public int[] outside(int fold) {
    return IntStream.range(0, foldOf.length).filter(i -> foldOf[i] != fold).toArray();
  }
}
