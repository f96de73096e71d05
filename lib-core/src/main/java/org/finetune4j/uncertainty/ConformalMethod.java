package org.finetune4j.uncertainty;

import java.util.Comparator;
import java.util.stream.IntStream;
import org.finetune4j.random.CounterRandom;

/** How badly a label fits a picture: what the sets of {@link ConformalSets} are cut by. */
public enum ConformalMethod {
  /**
   * The probability of all likelier labels and a random share of its own (Romano, Sesia, Candès
   * 2020, <i>Classification with Valid and Adaptive Coverage</i>). Sets are larger for hard
   * pictures and smaller for easy ones. The share is drawn from the bits of the probabilities, so
   * that equal pictures get equal sets.
   */
  ADAPTIVE {
    @Override
    double[] scores(float[] probabilities) {
      double share = share(probabilities);
      double[] scores = new double[probabilities.length];
      double likelier = 0;
      for (int label : likeliestFirst(probabilities)) {
        scores[label] = likelier + share * probabilities[label];
        likelier += probabilities[label];
      }
      return scores;
    }
  },

  /**
   * One minus its probability (Sadinle, Lei, Wasserman 2019, <i>Least Ambiguous Set-Valued
   * Classifiers</i>): the smallest sets on average, at the cost of the hard pictures.
   */
  THRESHOLD {
    @Override
    double[] scores(float[] probabilities) {
      double[] scores = new double[probabilities.length];
      for (int label = 0; label < scores.length; label++) {
        scores[label] = 1.0 - probabilities[label];
      }
      return scores;
    }
  };

  private static final long SEED = 2020;

  /** Returns one score per label; the higher, the worse it fits. */
  abstract double[] scores(float[] probabilities);

  private static double share(float[] probabilities) {
    long[] bits = new long[probabilities.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(probabilities[i]);
    }
    return CounterRandom.of(SEED, bits).nextDouble();
  }

  /** Returns the labels by falling probability, of equal ones the first first. */
  static int[] likeliestFirst(float[] probabilities) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble(label -> -probabilities[label]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
