package org.finetune4j.quantize;

import org.finetune4j.evaluate.Evaluation;

/**
 * Two classifiers' answers to the same pictures.
 *
 * @param pictures how many
 * @param rightBefore how many the first one knew
 * @param rightAfter how many the second one knew
 * @param lost known by the first one only
 * @param won known by the second one only
 * @param agreed given the same first answer by both
 * @param probabilityChange mean absolute difference of the probability of the first one's answer
 */
record PairedAnswers(
    int pictures,
    int rightBefore,
    int rightAfter,
    int lost,
    int won,
    int agreed,
    double probabilityChange) {

  static PairedAnswers of(Evaluation before, Evaluation after) {
    int rightBefore = 0;
    int rightAfter = 0;
    int lost = 0;
    int won = 0;
    int agreed = 0;
    double change = 0;
    for (int i = 0; i < before.size(); i++) {
      int first = before.predicted(i);
      boolean knew = first == before.truth(i);
      boolean knows = after.predicted(i) == before.truth(i);
      rightBefore += knew ? 1 : 0;
      rightAfter += knows ? 1 : 0;
      lost += knew && !knows ? 1 : 0;
      won += knows && !knew ? 1 : 0;
      agreed += first == after.predicted(i) ? 1 : 0;
      change += Math.abs(before.probabilities(i)[first] - after.probabilities(i)[first]);
    }
    return new PairedAnswers(
        before.size(), rightBefore, rightAfter, lost, won, agreed, change / before.size());
  }

  /** Returns the loss of accuracy in points; negative where the second one is better. */
  double lossInPoints() {
    return 100.0 * (rightBefore - rightAfter) / pictures;
  }

  /**
   * Returns the probability that the second one would lose at least as much as it did if both were
   * equally good: McNemar's exact test, one-sided (McNemar 1947, <i>Note on the sampling error of
   * the difference between correlated proportions</i>).
   */
  double pValue() {
    int n = lost + won;
    double sum = 0;
    double term = Math.pow(0.5, n); // of none lost
    for (int k = 0; k <= n; k++) {
      if (k >= lost) {
        sum += term;
      }
      term = term * (n - k) / (k + 1);
    }
    return Math.min(1, sum);
  }
}
