package org.finetune4j.quantize;

import java.util.List;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.TagEvaluation;

/**
 * Two classifiers' or two taggers' answers to the same pictures. A tagger knows a picture if it
 * says exactly its tags, each at its own threshold. The test is McNemar's (1947, <i>Note on the
 * sampling error of the difference between correlated proportions</i>).
 *
 * @param pictures how many
 * @param rightBefore how many the first one knew
 * @param rightAfter how many the second one knew
 * @param lost known by the first one only
 * @param won known by the second one only
 * @param agreed given the same first answer, or the same tags, by both
 * @param change mean absolute difference of the probability of the first one's answer, or of all
 *     tags
 * @param others measures that must not fall by more than accuracy may
 */
record PairedAnswers(
    int pictures,
    int rightBefore,
    int rightAfter,
    int lost,
    int won,
    int agreed,
    double change,
    List<Measure> others)
    implements Comparison {

  static PairedAnswers of(Evaluation before, Evaluation after) {
    Count count = new Count();
    for (int i = 0; i < before.size(); i++) {
      int first = before.predicted(i);
      count.add(
          first == before.truth(i),
          after.predicted(i) == before.truth(i),
          first == after.predicted(i),
          Math.abs(before.probabilities(i)[first] - after.probabilities(i)[first]));
    }
    return count.result(List.of());
  }

  static PairedAnswers of(TagEvaluation before, TagEvaluation after) {
    Count count = new Count();
    for (int i = 0; i < before.size(); i++) {
      float[] truth = before.truth().row(i);
      float[] first = before.probabilities(i);
      float[] second = after.probabilities(i);
      boolean knew = true;
      boolean knows = true;
      boolean agrees = true;
      double moved = 0;
      for (int tag = 0; tag < truth.length; tag++) {
        boolean is = truth[tag] > 0;
        boolean said = before.thresholds().reached(tag, first[tag]);
        boolean says = before.thresholds().reached(tag, second[tag]);
        knew &= said == is;
        knows &= says == is;
        agrees &= said == says;
        moved += Math.abs(first[tag] - second[tag]) / truth.length;
      }
      count.add(knew, knows, agrees, moved);
    }
    return count.result(
        List.of(
            new Measure(
                "mean average precision",
                before.meanAveragePrecision(),
                after.meanAveragePrecision())));
  }

  @Override
  public double before() {
    return rightBefore / (double) pictures;
  }

  @Override
  public double after() {
    return rightAfter / (double) pictures;
  }

  /** Returns the largest loss among accuracy and the other measures. */
  @Override
  public double lossInPoints() {
    double loss = 100.0 * (rightBefore - rightAfter) / pictures;
    for (Measure other : others) {
      loss = Math.max(loss, 100 * (other.float32() - other.int8()));
    }
    return loss;
  }

  @Override
  public double pValue() {
    return Comparison.atLeast(lost, lost + won);
  }

  @Override
  public double agreement() {
    return agreed / (double) pictures;
  }

  /** One picture after the other. */
  private static final class Count {
    private int pictures;
    private int rightBefore;
    private int rightAfter;
    private int lost;
    private int won;
    private int agreed;
    private double change;

    void add(boolean knew, boolean knows, boolean agrees, double moved) {
      pictures++;
      rightBefore += knew ? 1 : 0;
      rightAfter += knows ? 1 : 0;
      lost += knew && !knows ? 1 : 0;
      won += knows && !knew ? 1 : 0;
      agreed += agrees ? 1 : 0;
      change += moved;
    }

    PairedAnswers result(List<Measure> others) {
      return new PairedAnswers(
          pictures, rightBefore, rightAfter, lost, won, agreed, change / pictures, others);
    }
  }
}
