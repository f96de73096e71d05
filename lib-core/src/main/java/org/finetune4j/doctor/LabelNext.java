package org.finetune4j.doctor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.finetune4j.feature.FeatureSet;

/**
 * Which pictures are worth labelling next (pool-based active learning; Settles 2009, <i>Active
 * Learning Literature Survey</i>). All methods are deterministic and cost one pass over cached
 * features or probabilities per answer.
 *
 * <pre>{@code
 * int[] next = LabelNext.byMargin(head.probabilities(pool), 50);
 * }</pre>
 */
public final class LabelNext {
  private LabelNext() {}

  /**
   * Returns the pictures whose two likeliest labels are closest to each other.
   *
   * @param probabilities of every label, one row per picture without a label
   * @param count how many are wanted; all if there are fewer
   * @return their rows, the most doubtful first
   * @throws IllegalArgumentException if the count is below 1 or a row has fewer than two values
   */
  public static int[] byMargin(float[][] probabilities, int count) {
    return smallest(
        Objects.requireNonNull(probabilities, "probabilities"), count, LabelNext::margin);
  }

  /**
   * Returns the pictures whose probabilities have the largest entropy.
   *
   * @param probabilities of every label, one row per picture without a label
   * @param count how many are wanted; all if there are fewer
   * @return their rows, the most doubtful first
   * @throws IllegalArgumentException if the count is below 1 or a row has fewer than two values
   */
  public static int[] byEntropy(float[][] probabilities, int count) {
    return smallest(
        Objects.requireNonNull(probabilities, "probabilities"), count, LabelNext::negativeEntropy);
  }

  private static double margin(float[] row) {
    double first = 0;
    double second = 0;
    for (float value : row) {
      if (value > first) {
        second = first;
        first = value;
      } else {
        second = Math.max(second, value);
      }
    }
    return first - second;
  }

  private static double negativeEntropy(float[] row) {
    double sum = 0;
    for (float value : row) {
      sum += value > 0 ? value * Math.log(value) : 0;
    }
    return sum;
  }

  private static int[] smallest(float[][] rows, int count, ToDoubleFunction<float[]> score) {
    requireCount(count);
    for (float[] row : rows) {
      if (row.length < 2) {
        throw new IllegalArgumentException(
            "Doubt needs at least two labels, not " + row.length + ".");
      }
    }
    double[] scores = Arrays.stream(rows).mapToDouble(score).toArray();
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> scores[i]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Returns pictures that cover the pool: each is the one farthest from all that are labelled or
   * chosen before (k-center greedy; Sener, Savarese 2018, <i>Active Learning for Convolutional
   * Neural Networks: A Core-Set Approach</i>). It needs no labels at all, so it serves the first
   * round too.
   *
   * @param pool features of pictures without labels (what labels they carry is not looked at)
   * @param labelled features of those that have one; may be empty
   * @param count how many are wanted; all if there are fewer
   * @return their rows in the pool, in the order they were chosen
   * @throws IllegalArgumentException if the count is below 1 or the features differ in size
   */
  public static int[] byCoreSet(FeatureSet pool, FeatureSet labelled, int count) {
    requireCount(count);
    if (pool.dimension() != labelled.dimension()) {
      throw new IllegalArgumentException(
          "Pool and labelled features come from one extractor, but they are "
              + pool
              + " and "
              + labelled
              + ".");
    }
    double[] distances = new double[pool.size()];
    Arrays.fill(distances, Double.MAX_VALUE);
    for (int i = 0; i < labelled.size(); i++) {
      approach(pool, labelled.features(i), distances);
    }
    List<Integer> chosen = new ArrayList<>();
    while (chosen.size() < Math.min(count, pool.size())) {
      int farthest = 0;
      for (int i = 1; i < distances.length; i++) {
        farthest = distances[i] > distances[farthest] ? i : farthest;
      }
      chosen.add(farthest);
      approach(pool, pool.features(farthest), distances);
      // Below that of a twin of a chosen picture, which stays choosable.
      distances[farthest] = -1;
    }
    return chosen.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void approach(FeatureSet pool, float[] center, double[] distances) {
    IntStream.range(0, distances.length)
        .parallel()
        .forEach(
            i -> {
              float[] row = pool.features(i);
              double squares = 0;
              for (int j = 0; j < row.length; j++) {
                double difference = row[j] - center[j];
                squares += difference * difference;
              }
              distances[i] = Math.min(distances[i], squares);
            });
  }

  private static void requireCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("At least 1 picture can be asked for, not " + count + ".");
    }
  }
}
