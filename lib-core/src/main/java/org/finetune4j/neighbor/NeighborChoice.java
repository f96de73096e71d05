package org.finetune4j.neighbor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.network.NearestNeighbors.Weighting;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.train.input.NumberUnits;

/**
 * How many neighbours are asked: the fewest with the best accuracy, or with the least squared error
 * of tags and of numbers in standard deviations.
 *
 * @param neighbors the chosen number
 * @param text how it was chosen
 */
public record NeighborChoice(int neighbors, String text) {
  /** Below this a distance counts as this, so that one over it is a number. */
  private static final double LEAST = 1e-6;

  /**
   * Chooses.
   *
   * @param validation what is looked at; without it each sample of train is left out in turn
   * @param candidates ascending
   * @param how names that in the text
   */
  public static NeighborChoice of(
      NeighborSearch search,
      FeatureSet train,
      Optional<FeatureSet> validation,
      int[] candidates,
      Weighting weighting,
      String how) {
    FeatureSet looked = validation.orElse(train);
    int most = candidates[candidates.length - 1];
    List<List<NeighborSearch.Neighbor>> nearest =
        search.nearest(looked, most, validation.isEmpty());
    int best = 0;
    double reached = Double.NEGATIVE_INFINITY;
    for (int candidate : candidates) {
      double score = score(nearest, train.answers(), looked.answers(), candidate, weighting);
      if (score > reached) {
        best = candidate;
        reached = score;
      }
    }
    String measured =
        train.task() instanceof Task.OneLabel
            ? String.format(Locale.ROOT, "accuracy %.1f %%", 100 * reached)
            : String.format(Locale.ROOT, "mean squared error %.4g", -reached);
    return new NeighborChoice(
        best,
        "neighbors "
            + best
            + ", chosen by "
            + how
            + " ("
            + measured
            + ", validation, selected on)");
  }

  private static double score(
      List<List<NeighborSearch.Neighbor>> nearest,
      Targets known,
      Targets truth,
      int count,
      Weighting weighting) {
    double sum = 0;
    double[] variances = variances(known);
    for (int i = 0; i < nearest.size(); i++) {
      List<NeighborSearch.Neighbor> asked =
          nearest.get(i).subList(0, Math.min(count, nearest.get(i).size()));
      double[] answer = mean(asked, known, weighting);
      float[] right = truth.row(i);
      if (known.task() instanceof Task.OneLabel) {
        sum += right[largest(answer)];
      } else {
        for (int j = 0; j < answer.length; j++) {
          sum -= (answer[j] - right[j]) * (answer[j] - right[j]) / variances[j] / answer.length;
        }
      }
    }
    return sum / nearest.size();
  }

  private static double[] mean(
      List<NeighborSearch.Neighbor> asked, Targets known, Weighting weighting) {
    double[] mean = new double[known.task().outputs()];
    double all = 0;
    for (NeighborSearch.Neighbor neighbor : asked) {
      double weight = weighting == Weighting.UNIFORM ? 1 : 1 / Math.max(LEAST, neighbor.distance());
      float[] row = known.row(neighbor.sample());
      for (int j = 0; j < mean.length; j++) {
        mean[j] += weight * row[j];
      }
      all += weight;
    }
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= Math.max(LEAST, all);
    }
    return mean;
  }

  /** Numbers count in their own deviations; tags as they are. */
  private static double[] variances(Targets known) {
    double[] variances = new double[known.task().outputs()];
    for (int j = 0; j < variances.length; j++) {
      double deviation =
          known.task() instanceof Task.Numbers ? NumberUnits.Scale.of(known, j).deviation() : 1;
      variances[j] = deviation * deviation;
    }
    return variances;
  }

  private static int largest(double[] answer) {
    int largest = 0;
    for (int j = 1; j < answer.length; j++) {
      largest = answer[j] > answer[largest] ? j : largest;
    }
    return largest;
  }
}
