package org.finetune4j.select;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.target.Task;
import org.finetune4j.train.input.StratifiedFolds;

/**
 * How well a head does on pictures it was not trained with, when there are too few to set some
 * aside: the samples are dealt out to folds, and each fold is predicted by a head that was trained
 * on all others. Features are extracted once; only heads are trained. Immutable.
 *
 * <p>Everything a head learns, standardisation and choice of a penalty included, it learns from the
 * other folds alone. Folds are stratified: in each, the number of samples of a class differs by at
 * most 1 from that in any other. The same seed gives the same folds.
 *
 * <p>A figure by which a head, a layer or a backbone was then chosen is "validation, selected on":
 * report the winner on pictures that were not in it.
 *
 * <pre>{@code
 * CrossValidation result =
 *     CrossValidation.of(ClassifierHead.logisticRegression().build(), features, 5, 42);
 * System.out.println(result);
 * }</pre>
 */
public final class CrossValidation {
  private final int[] foldOf;
  private final List<Evaluation> folds;
  private final Evaluation pooled;

  private CrossValidation(int[] foldOf, List<Evaluation> folds, Evaluation pooled) {
    this.foldOf = foldOf;
    this.folds = folds;
    this.pooled = pooled;
  }

  /**
   * Trains a head once per fold, one after the other.
   *
   * @param head any head
   * @param features the samples
   * @param folds 2 or more, usually 5 or 10
   * @param seed decides which sample falls in which fold
   * @throws IllegalArgumentException if there are fewer than 2 folds or more than samples, or a
   *     class has a single sample, which no head could learn before it is asked for, the samples
   *     have tags or numbers, or the head keeps checkpoints, which belong to one training only
   */
  public static CrossValidation of(ClassifierHead head, FeatureSet features, int folds, long seed) {
    Objects.requireNonNull(head, "head");
    requireLabels("Cross-validation", Objects.requireNonNull(features, "features").task());
    check(features, folds);
    if (head instanceof DenseHead dense && dense.keepsCheckpoints()) {
      throw new IllegalArgumentException(
          "Cross-validation trains a head several times, but checkpoints(folder) belong to one"
              + " training. Leave them out.");
    }
    StratifiedFolds split = StratifiedFolds.of(features.targets(), folds, seed);
    float[][] probabilities = new float[features.size()][];
    Evaluation[] evaluations = new Evaluation[folds];
    for (int fold = 0; fold < folds; fold++) {
      TrainedHead trained = head.fit(features.subset(split.outside(fold)));
      int[] inside = split.inside(fold);
      FeatureSet unseen = features.subset(inside);
      float[][] rows = trained.probabilities(unseen);
      evaluations[fold] = Evaluation.of(features.labels(), unseen.targets(), rows);
      for (int i = 0; i < inside.length; i++) {
        probabilities[inside[i]] = rows[i];
      }
    }
    return new CrossValidation(
        split.foldOf(),
        List.of(evaluations),
        Evaluation.of(features.labels(), features.targets(), probabilities));
  }

  /** Refuses what has no accuracy. */
  static void requireLabels(String what, Task task) {
    if (!(task instanceof Task.OneLabel)) {
      throw new IllegalArgumentException(
          what
              + " compares accuracies of labels, but the pictures have "
              + task
              + ". Compare them on a validation set: evaluateTags or evaluateNumbers of a trained"
              + " head.");
    }
  }

  private static void check(FeatureSet features, int folds) {
    if (folds < 2 || folds > features.size()) {
      throw new IllegalArgumentException(
          "Cross-validation has from 2 folds to as many as samples, "
              + features.size()
              + ", not "
              + folds
              + ".");
    }
    int[] samples = new int[features.labels().size()];
    for (int target : features.targets()) {
      samples[target]++;
    }
    for (int label = 0; label < samples.length; label++) {
      if (samples[label] == 1) {
        throw new IllegalArgumentException(
            "Cross-validation needs at least 2 samples of each class, but '"
                + features.labels().name(label)
                + "' has 1.");
      }
    }
  }

  /** Returns the evaluation of every fold by the head that was trained without it. */
  public List<Evaluation> folds() {
    return folds;
  }

  /** Returns the fold in which a sample was predicted, from 0. */
  public int fold(int sample) {
    return foldOf[sample];
  }

  /** Returns the accuracy on every fold. */
  public double[] accuracies() {
    return folds.stream().mapToDouble(Evaluation::accuracy).toArray();
  }

  /** Returns the mean of the folds' accuracies. */
  public double meanAccuracy() {
    return Arrays.stream(accuracies()).average().orElseThrow();
  }

  /** Returns the standard deviation of the folds' accuracies, with folds - 1 in the denominator. */
  public double standardDeviation() {
    double mean = meanAccuracy();
    double squares = Arrays.stream(accuracies()).map(it -> (it - mean) * (it - mean)).sum();
    return Math.sqrt(squares / (folds.size() - 1));
  }

  /**
   * Returns the evaluation of all samples together, in their order, each predicted by the head that
   * was trained without it. Its interval treats them as predicted by one head, as is usual.
   */
  public Evaluation evaluation() {
    return pooled;
  }

  /**
   * Returns for example {@code 5-fold cross-validation: accuracy 96.9 % +- 0.8 (97.5, 96.0, 97.0,
   * 97.8, 96.2), 95 % interval 96.1 to 97.6 %}.
   */
  @Override
  public String toString() {
    String each =
        String.join(
            ", ",
            IntStream.range(0, folds.size()).mapToObj(i -> percent(accuracies()[i])).toList());
    return String.format(
        Locale.ROOT,
        "%d-fold cross-validation: accuracy %s %% +- %s (%s), 95 %% interval %s",
        folds.size(),
        percent(meanAccuracy()),
        percent(standardDeviation()),
        each,
        pooled.accuracyInterval());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f", 100 * share);
  }
}
