package org.finetune4j.doctor;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune4j.evaluate.Evaluation;
import org.finetune4j.evaluate.TemperatureScaling;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.select.CrossValidation;

/**
 * Labels that are probably wrong, by confident learning (Northcutt, Jiang, Chuang 2021,
 * <i>Confident Learning: Estimating Uncertainty in Dataset Labels</i>): each picture is classified
 * by a logistic regression that was fitted on other pictures; it is a suspect if that is surer of
 * another class than it is of the pictures which carry that class's label, on average. Immutable.
 *
 * <pre>{@code
 * for (WrongLabels.Suspect suspect : WrongLabels.find(features).suspects()) {
 *   System.out.println(suspect);
 * }
 * }</pre>
 */
public final class WrongLabels {
  private static final int FOLDS = 5;

  /**
   * Strong, so that a wrong label is not learned by heart; weaker ones rank worse the more are
   * wrong.
   */
  private static final double PENALTY = 1;

  private final double[] doubts;
  private final List<Suspect> suspects;

  /**
   * A picture whose label is probably wrong.
   *
   * @param index its place among the features
   * @param given the label it carries
   * @param suggested the label it should probably carry
   * @param doubt by how much the suggested label is likelier than the given one, -1 to 1
   */
  public record Suspect(int index, String given, String suggested, double doubt) {}

  private WrongLabels(double[] doubts, List<Suspect> suspects) {
    this.doubts = doubts;
    this.suspects = suspects;
  }

  /**
   * Looks at labels with five folds and seed 0.
   *
   * @param features of all pictures, those with wrong labels among them
   * @throws IllegalArgumentException if they cannot be cross-validated: a single class, a class
   *     with one picture, fewer than five pictures
   */
  public static WrongLabels find(FeatureSet features) {
    return find(features, FOLDS, 0);
  }

  /**
   * Looks at labels.
   *
   * @param features of all pictures, those with wrong labels among them
   * @param folds in how many parts they are classified
   * @param seed deals them out
   * @throws IllegalArgumentException if they cannot be cross-validated
   */
  public static WrongLabels find(FeatureSet features, int folds, long seed) {
    Evaluation outside =
        CrossValidation.of(
                ClassifierHead.logisticRegression().penalties(PENALTY).build(),
                features,
                folds,
                seed)
            .evaluation();
    // The penalty makes it less sure than it could be; how sure it is, is what the rule goes by.
    TemperatureScaling calibrated = TemperatureScaling.fit(outside);
    float[][] probabilities =
        IntStream.range(0, features.size())
            .mapToObj(i -> calibrated.apply(outside.probabilities(i)))
            .toArray(float[][]::new);
    return of(features, probabilities);
  }

  static WrongLabels of(FeatureSet features, float[][] probabilities) {
    double[] sure = meanOfOwn(features, probabilities);
    double[] doubts = new double[probabilities.length];
    List<Suspect> suspects =
        IntStream.range(0, doubts.length)
            .peek(i -> doubts[i] = doubt(probabilities[i], features.target(i)))
            .filter(
                i -> confident(probabilities[i], sure, features.target(i)) != features.target(i))
            .mapToObj(
                i ->
                    new Suspect(
                        i,
                        features.labels().name(features.target(i)),
                        features
                            .labels()
                            .name(confident(probabilities[i], sure, features.target(i))),
                        doubts[i]))
            .sorted(Comparator.comparingDouble(Suspect::doubt).reversed())
            .toList();
    return new WrongLabels(doubts, suspects);
  }

  /** Returns for each class how probable it is, on average, for pictures that carry its label. */
  private static double[] meanOfOwn(FeatureSet features, float[][] probabilities) {
    double[] sums = new double[features.labels().size()];
    int[] counts = new int[sums.length];
    for (int i = 0; i < probabilities.length; i++) {
      sums[features.target(i)] += probabilities[i][features.target(i)];
      counts[features.target(i)]++;
    }
    for (int c = 0; c < sums.length; c++) {
      sums[c] = counts[c] == 0 ? Double.POSITIVE_INFINITY : sums[c] / counts[c];
    }
    return sums;
  }

  private static int confident(float[] row, double[] sure, int given) {
    int best = given;
    double most = row[given] >= sure[given] ? row[given] : -1;
    for (int c = 0; c < row.length; c++) {
      if (row[c] >= sure[c] && row[c] > most) {
        best = c;
        most = row[c];
      }
    }
    return best;
  }

  private static double doubt(float[] row, int given) {
    double other = 0;
    for (int c = 0; c < row.length; c++) {
      other = c == given ? other : Math.max(other, row[c]);
    }
    return other - row[given];
  }

  /** Returns the pictures whose label is probably wrong, the surest first. */
  public List<Suspect> suspects() {
    return suspects;
  }

  /**
   * Returns by how much another label is likelier than the given one, for every picture: -1 to 1.
   */
  public double[] doubts() {
    return doubts.clone();
  }

  /** Returns for example {@code WrongLabels[104 suspects of 2000]}. */
  @Override
  public String toString() {
    return "WrongLabels[" + suspects.size() + " suspects of " + doubts.length + "]";
  }

  /** Returns the indices of all pictures that are no suspects, in order. */
  public int[] trusted() {
    boolean[] suspect = new boolean[doubts.length];
    suspects.forEach(it -> suspect[it.index()] = true);
    return IntStream.range(0, suspect.length).filter(i -> !suspect[i]).toArray();
  }
}
