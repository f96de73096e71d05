package org.finetune4j.head.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.target.Labels;
import org.junit.jupiter.api.Test;

/** The value and its gradient against plain loops in float64, at an anchor and around it. */
class PenalizedLossTest {
  private static final int SAMPLES = 400;
  private static final int DIMENSION = 30;
  private static final int CLASSES = 3;
  private static final int VALUES = CLASSES * DIMENSION + CLASSES;
  private static final double PENALTY = 0.01;

  private final StandardizedFeatures features;
  private final double[][] standard;
  private final double[] targets = new double[SAMPLES];
  private final double[] weights = new Random(2).doubles(SAMPLES, 0.5, 2).toArray();

  PenalizedLossTest() {
    Random random = new Random(3);
    float[][] rows = new float[SAMPLES][DIMENSION];
    int[] labels = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i] = i % CLASSES;
      targets[i] = labels[i];
      for (int j = 0; j < DIMENSION; j++) {
        rows[i][j] = (float) (0.1 * labels[i] * j + random.nextGaussian());
      }
    }
    features = StandardizedFeatures.fit(FeatureSet.of(rows, labels, Labels.of("a", "b", "c")));
    standard = RandomFeatures.standard(features, rows);
  }

  private PenalizedLoss loss(boolean... held) {
    LinearProblem problem = new LinearProblem(LinearLoss.CROSS_ENTROPY, CLASSES, targets, weights);
    return new PenalizedLoss(features, problem, PENALTY, held, false);
  }

  @Test
  void isExactAtTheFirstPointAndRoundsTheDifferenceElsewhere() {
    PenalizedLoss loss = loss(false, false, false);
    double[] start = new Random(4).doubles(VALUES, -1, 1).toArray();
    assertSame(loss, start, 1e-14);
    for (double step : new double[] {1, 1e-3, 1e-6}) {
      double[] away = new Random(5).doubles(VALUES, -step, step).toArray();
      Vectors.add(away, 1, start);
      assertSame(loss, away, 1e-6 * step + 1e-14);
    }
    assertSame(loss, start, 1e-14);
  }

  @Test
  void errorsFallWithTheGradient() {
    PenalizedLoss loss = loss(false, false, false);
    double[] minimum = new Lbfgs(1000, 1e-13).minimize(loss, new double[VALUES]).point();
    assertThat(Vectors.largest(gradient(minimum))).isLessThan(3e-13);
  }

  @Test
  void isFlatAlongRowsThatAreHeld() {
    PenalizedLoss loss = loss(false, true, false);
    double[] gradient = new double[VALUES];
    for (double[] point : new double[][] {new double[VALUES], new double[VALUES]}) {
      loss.evaluate(point, gradient);
      double[] expected = gradient(point);
      for (int k = 0; k < VALUES; k++) {
        int row = k < CLASSES * DIMENSION ? k / DIMENSION : k - CLASSES * DIMENSION;
        assertThat(gradient[k]).isCloseTo(row == 1 ? 0 : expected[k], within(1e-14));
      }
    }
  }

  private void assertSame(PenalizedLoss loss, double[] point, double tolerance) {
    double[] gradient = new double[VALUES];
    double value = loss.evaluate(point, gradient);
    assertThat(gradient).containsExactly(gradient(point), within(tolerance));
    assertThat(value).isCloseTo(value(point, new double[VALUES]), within(tolerance));
  }

  private double[] gradient(double[] point) {
    double[] gradient = new double[VALUES];
    value(point, gradient);
    return gradient;
  }

  /** Returns the value and adds the gradient, sample by sample. */
  private double value(double[] point, double[] gradient) {
    double value = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double[] scores = Arrays.copyOfRange(point, CLASSES * DIMENSION, VALUES);
      for (int k = 0; k < CLASSES * DIMENSION; k++) {
        scores[k / DIMENSION] += point[k] * standard[i][k % DIMENSION];
      }
      double[] powers = Arrays.stream(scores).map(Math::exp).toArray();
      double all = Arrays.stream(powers).sum();
      double share = weights[i] / SAMPLES;
      value -= share * Math.log(powers[(int) targets[i]] / all);
      for (int c = 0; c < CLASSES; c++) {
        double byScore = share * (powers[c] / all - (c == targets[i] ? 1 : 0));
        for (int j = 0; j < DIMENSION; j++) {
          gradient[c * DIMENSION + j] += byScore * standard[i][j];
        }
        gradient[CLASSES * DIMENSION + c] += byScore;
      }
    }
    for (int k = 0; k < CLASSES * DIMENSION; k++) {
      value += PENALTY / 2 * point[k] * point[k];
      gradient[k] += PENALTY * point[k];
    }
    return value;
  }
}
