package org.finetune4j.head;

import java.util.Locale;
import java.util.stream.IntStream;
import org.finetune4j.head.linear.LinearLoss;

/** What a linear head chooses its penalty by, on samples that it has not learned from. */
public enum PenaltyScore {
  /** The share of samples that are right: the usual measure, which rare classes hardly move. */
  ACCURACY {
    @Override
    double of(double[][] scores, int[] targets) {
      return IntStream.range(0, targets.length)
          .mapToDouble(i -> right(scores, i, targets[i]))
          .average()
          .orElse(0);
    }
  },

  /** The mean over the classes of the share that is right: every class counts as much. */
  BALANCED_ACCURACY {
    @Override
    double of(double[][] scores, int[] targets) {
      return IntStream.range(0, scores.length)
          .filter(c -> IntStream.of(targets).anyMatch(target -> target == c))
          .mapToDouble(
              c ->
                  IntStream.range(0, targets.length)
                      .filter(i -> targets[i] == c)
                      .mapToDouble(i -> right(scores, i, c))
                      .average()
                      .orElse(0))
          .average()
          .orElse(0);
    }
  },

  /** The mean cross-entropy of the probabilities: the measure for probabilities that are used. */
  LOG_LOSS {
    @Override
    double of(double[][] scores, int[] targets) {
      double[] sample = new double[scores.length];
      double[] gradient = new double[scores.length];
      double sum = 0;
      for (int i = 0; i < targets.length; i++) {
        for (int c = 0; c < sample.length; c++) {
          sample[c] = scores[c][i];
        }
        sum -= LinearLoss.CROSS_ENTROPY.evaluate(sample, targets[i], gradient);
      }
      return sum / targets.length;
    }

    @Override
    String text(double score) {
      return String.format(Locale.ROOT, "log loss %.4f", -score);
    }
  };

  /** Returns how good scores (by class and sample) are; more is better. */
  abstract double of(double[][] scores, int[] targets);

  String text(double score) {
    String name = name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return String.format(Locale.ROOT, "%s %.1f %%", name, 100 * score);
  }

  private static double right(double[][] scores, int sample, int target) {
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      if (scores[c][sample] > scores[best][sample]) {
        best = c;
      }
    }
    return best == target ? 1 : 0;
  }
}
