package org.finetune4j.head.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where all samples are alike, as at weights of nothing, it is the inverse of the curvature. */
class ClassCurvatureTest {
  private static final int SAMPLES = 70;
  private static final int DIMENSION = 5;
  private static final int CLASSES = 3;
  private static final double PENALTY = 0.01;
  private static final double STEP = 1e-6;

  private final StandardizedFeatures features;
  private final double[] targets = new double[SAMPLES];
  private final double[] weights = new Random(2).doubles(SAMPLES, 0.5, 2).toArray();

  ClassCurvatureTest() {
    Random random = new Random(3);
    float[][] rows = new float[SAMPLES][DIMENSION];
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = i % CLASSES;
      targets[i] = labels[i];
      for (int j = 0; j < DIMENSION; j++) {
        rows[i][j] = (float) (labels[i] * j + random.nextGaussian());
      }
    }
    features = StandardizedFeatures.fit(FeatureSet.of(rows, labels, Labels.of("a", "b", "c")));
  }

  @ParameterizedTest
  @EnumSource(names = {"CROSS_ENTROPY", "SQUARED_HINGE"})
  void undoesWhatTheCurvatureDoes(LinearLoss loss) {
    assertUndone(loss, new boolean[CLASSES]);
  }

  @Test
  void leavesRowsThatAreHeldAlone() {
    assertUndone(LinearLoss.CROSS_ENTROPY, new boolean[] {false, true, false});
  }

  private void assertUndone(LinearLoss loss, boolean[] held) {
    LinearProblem problem = new LinearProblem(loss, CLASSES, targets, weights);
    double[] wanted = new Random(4).doubles(CLASSES * DIMENSION + CLASSES, -1, 1).toArray();
    for (int k = 0; k < wanted.length; k++) {
      wanted[k] *= held[rowOf(k)] ? 0 : 1;
    }
    if (loss == LinearLoss.CROSS_ENTROPY && !held[1]) {
      // Scores that all grow alike change nothing: biases are known but for that.
      wanted[wanted.length - 1] = -wanted[wanted.length - 2] - wanted[wanted.length - 3];
    }
    double[] vector = new double[wanted.length];
    double[] ahead = gradient(problem, wanted, STEP);
    double[] behind = gradient(problem, wanted, -STEP);
    for (int k = 0; k < vector.length; k++) {
      vector[k] = held[rowOf(k)] ? 0 : (ahead[k] - behind[k]) / (2 * STEP);
    }
    ClassCurvature.at(
            LinearWeights.zero(DIMENSION, CLASSES), features, problem, PENALTY, held, false)
        .apply(vector);
    assertThat(vector).containsExactly(wanted, within(1e-5));
  }

  private static int rowOf(int value) {
    return value < CLASSES * DIMENSION ? value / DIMENSION : value - CLASSES * DIMENSION;
  }

  /** Returns the gradient a step along some weights, by plain loops. */
  private double[] gradient(LinearProblem problem, double[] along, double step) {
    double[] values = Arrays.stream(along).map(value -> step * value).toArray();
    double[][] scores = features.scores(new LinearWeights(values, DIMENSION, CLASSES));
    double[] sum = new double[values.length];
    for (int i = 0; i < SAMPLES; i++) {
      double[] byScore = new double[CLASSES];
      double[] sample = {scores[0][i], scores[1][i], scores[2][i]};
      problem.loss().evaluate(sample, targets[i], byScore);
      for (int k = 0; k < sum.length; k++) {
        double feature = k < CLASSES * DIMENSION ? feature(i, k % DIMENSION) : 1;
        sum[k] += weights[i] * byScore[rowOf(k)] * feature / SAMPLES;
      }
    }
    for (int k = 0; k < CLASSES * DIMENSION; k++) {
      sum[k] += PENALTY * values[k];
    }
    return sum;
  }

  private double feature(int sample, int feature) {
    double[] one = new double[DIMENSION + 1];
    one[feature] = 1;
    return features.scores(new LinearWeights(one, DIMENSION, 1))[0][sample];
  }
}
