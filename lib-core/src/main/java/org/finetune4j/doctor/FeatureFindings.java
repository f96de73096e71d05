package org.finetune4j.doctor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.target.Task;
import org.finetune4j.uncertainty.Novelty;
import org.finetune4j.uncertainty.NoveltyDetector;

/** What features show. */
final class FeatureFindings {
  /** Robust standard deviations from the median: of normally distributed distances one in 10^9. */
  private static final double FAR = 6;

  /** Turns a median absolute deviation into a standard deviation. */
  private static final double NORMAL = 1.4826;

  private static final int FEWEST = 50;
  private static final int MOST_FEATURES = 4096;

  private FeatureFindings() {}

  static List<Finding> of(List<ExaminedPicture> pictures, FeatureSet features) {
    List<Finding> findings = new ArrayList<>();
    if (canBeClassified(features)) {
      for (WrongLabels.Suspect it : WrongLabels.find(features).suspects()) {
        findings.add(
            new Finding(
                Problem.WRONG_LABEL,
                List.of(pictures.get(it.index())),
                it.doubt(),
                String.format(
                    Locale.ROOT,
                    "says %s, looks like %s (%.2f)",
                    it.given(),
                    it.suggested(),
                    it.doubt())));
      }
    }
    if (features.size() >= FEWEST && features.dimension() <= MOST_FEATURES) {
      outliers(pictures, features, findings);
    }
    return findings;
  }

  private static boolean canBeClassified(FeatureSet features) {
    if (!(features.task() instanceof Task.OneLabel)) {
      return false;
    }
    int[] counts = new int[features.labels().size()];
    for (int target : features.targets()) {
      counts[target]++;
    }
    return Arrays.stream(counts).filter(it -> it > 0).count() > 1
        && Arrays.stream(counts).noneMatch(it -> it > 0 && it < 5);
  }

  private static void outliers(
      List<ExaminedPicture> pictures, FeatureSet features, List<Finding> findings) {
    double[] distances =
        Arrays.stream(NoveltyDetector.builder().fit(features, features).of(features))
            .mapToDouble(Novelty::distance)
            .toArray();
    double median = median(distances);
    double deviation =
        NORMAL * median(Arrays.stream(distances).map(it -> Math.abs(it - median)).toArray());
    for (int i = 0; i < distances.length; i++) {
      double score = (distances[i] - median) / Math.max(deviation, Double.MIN_NORMAL);
      if (score > FAR) {
        String text = String.format(Locale.ROOT, "%.1f deviations from the others", score);
        findings.add(new Finding(Problem.OUTLIER, List.of(pictures.get(i)), score, text));
      }
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
