package org.finetune4j.head.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinearLossTest {
  private static final double STEP = 1e-5;

  @ParameterizedTest
  @EnumSource
  void curvatureIsTheMeanSecondDerivativeByAScore(LinearLoss loss) {
    double[] scores =
        loss == LinearLoss.BINARY_CROSS_ENTROPY || loss == LinearLoss.SQUARED_ERROR
            ? new double[] {0.7}
            : new double[] {0.7, -1.9, 2.3, 0.1};
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      sum += (slope(loss, scores, c, STEP) - slope(loss, scores, c, -STEP)) / (2 * STEP);
    }
    assertThat(loss.curvature(scores, 0)).isCloseTo(sum / scores.length, within(1e-8));
  }

  @ParameterizedTest
  @EnumSource
  void curvatureByPairsOfScoresIsTheSecondDerivative(LinearLoss loss) {
    boolean one = loss == LinearLoss.BINARY_CROSS_ENTROPY || loss == LinearLoss.SQUARED_ERROR;
    double[] scores = one ? new double[] {0.7} : new double[] {0.7, -1.9, 2.3, 0.1};
    int[] some = one ? new int[] {0} : new int[] {0, 2, 3};
    double[][] sum = new double[some.length][some.length];
    loss.addCurvature(scores, 0, 0.25, some, sum);
    loss.addCurvature(scores, 0, 0.5, some, sum);
    for (int row = 0; row < some.length; row++) {
      for (int column = 0; column < some.length; column++) {
        double expected =
            (slope(loss, scores, some[row], some[column], STEP)
                    - slope(loss, scores, some[row], some[column], -STEP))
                / (2 * STEP);
        assertThat(sum[row][column]).isCloseTo(0.75 * expected, within(1e-8));
      }
    }
  }

  private static double slope(LinearLoss loss, double[] scores, int of, int by, double step) {
    double[] moved = scores.clone();
    double[] gradient = new double[scores.length];
    moved[by] += step;
    loss.evaluate(moved, 0, gradient);
    return gradient[of];
  }

  private static double slope(LinearLoss loss, double[] scores, int by, double step) {
    return slope(loss, scores, by, by, step);
  }
}
