package org.finetune4j.quantize;

import java.util.List;

/**
 * What two models answered to the same pictures: the one in float32, then the one in eight bits.
 */
sealed interface Comparison permits PairedAnswers, PairedNumbers {
  /** Returns how many pictures there were. */
  int pictures();

  /** Returns how good the first one is, at best 1. */
  double before();

  /** Returns how good the second one is. */
  double after();

  /** Returns what the second one loses, in points; negative where it is better. */
  double lossInPoints();

  /**
   * Returns the probability that the second one would do worse on at least as many of the pictures
   * that tell them apart if both were equally good: an exact one-sided binomial test.
   */
  double pValue();

  /** Returns the share of the pictures to which both say the same. */
  double agreement();

  /** Returns how far the answers moved on average. */
  double change();

  /** Returns what else is known of both. */
  List<Measure> others();

  /** Returns the probability of at least so many heads when a coin is thrown so often. */
  static double atLeast(int heads, int throwsOfCoin) {
    double sum = 0;
    double logarithm =
        throwsOfCoin * Math.log(0.5); // of no head; the number itself may be too small
    for (int k = 0; k <= throwsOfCoin; k++) {
      if (k >= heads) {
        sum += Math.exp(logarithm);
      }
      logarithm += Math.log(throwsOfCoin - (double) k) - Math.log(k + 1.0);
    }
    return Math.min(1, sum);
  }
}
