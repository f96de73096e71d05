package org.finetune4j.head.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LbfgsTest {
  @Test
  void findsTheMinimumOfRosenbrocksValley() {
    double[] minimum =
        new Lbfgs(500, 1e-9)
            .minimize(
                (x, gradient) -> {
                  double valley = x[1] - x[0] * x[0];
                  gradient[0] = -400 * x[0] * valley - 2 * (1 - x[0]);
                  gradient[1] = 200 * valley;
                  return 100 * valley * valley + (1 - x[0]) * (1 - x[0]);
                },
                new double[] {-1.2, 1})
            .point();
    assertThat(minimum).containsExactly(new double[] {1, 1}, within(1e-6));
  }

  /** Evaluations that the bowl takes. */
  private int evaluations;

  @Test
  void findsTheMinimumOfALongThinBowl() {
    assertFound(Lbfgs.Preconditioner.none());
    int alone = evaluations;
    evaluations = 0;
    assertFound(
        vector -> {
          for (int i = 0; i < vector.length; i++) {
            vector[i] *= (i % 2 == 0 ? 3 : 4) / Math.pow(10, i / 10.0);
          }
        });
    assertThat(evaluations).as("with the curvature about known").isLessThan(alone / 2);
  }

  private void assertFound(Lbfgs.Preconditioner known) {
    double[] minimum =
        new Lbfgs(500, 1e-8)
            .minimize(
                (x, gradient) -> {
                  evaluations++;
                  double value = 0;
                  for (int i = 0; i < x.length; i++) {
                    double steep = Math.pow(10, i / 10.0);
                    gradient[i] = steep * (x[i] - i);
                    value += 0.5 * steep * (x[i] - i) * (x[i] - i);
                  }
                  return value;
                },
                new double[30],
                known)
            .point();
    for (int i = 0; i < 30; i++) {
      assertThat(minimum[i]).isCloseTo(i, within(1e-6));
    }
  }
}
