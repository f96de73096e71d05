package org.finetune4j.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static double[] factors(Schedule schedule, int steps) {
    return LongStream.range(0, steps).mapToDouble(step -> schedule.factor(step, steps)).toArray();
  }

  @Test
  void cosineEqualsPyTorch() {
    // CosineAnnealingLR(T_max=10, eta_min=0.1) of PyTorch 2.13, learning rate 1.
    assertThat(factors(Schedule.cosine(0.1), 10))
        .containsExactly(
            new double[] {
              1.0,
              0.977975432,
              0.914057647,
              0.814503364,
              0.689057647,
              0.55,
              0.410942353,
              0.285496636,
              0.185942353,
              0.122024568
            },
            within(1e-9));
  }

  @Test
  void oneCycleEqualsPyTorch() {
    // OneCycleLR(max_lr=1, total_steps=20) of PyTorch 2.13.
    assertThat(factors(Schedule.oneCycle(), 20))
        .containsExactly(
            new double[] {
              0.04,
              0.131671843,
              0.371671843,
              0.668328157,
              0.908328157,
              1.0,
              0.987464006,
              0.950484632,
              0.890916178,
              0.811745654,
              0.716943002,
              0.611262022,
              0.500002,
              0.388741978,
              0.283060998,
              0.188258346,
              0.109087822,
              0.049519368,
              0.012539994,
              4e-06
            },
            within(1e-9));
  }

  @Test
  void oneCycleOfFewStepsStaysInRange() {
    for (int steps = 1; steps < 5; steps++) {
      for (double factor : factors(Schedule.oneCycle(), steps)) {
        assertThat(factor).isBetween(1.0 / 250_000, 1.0);
      }
    }
  }

  @Test
  void stepDropsAtEqualDistances() {
    assertThat(factors(Schedule.step(0.1, 2), 6))
        .containsExactly(new double[] {1, 1, 0.1, 0.1, 0.01, 0.01}, within(1e-12));
  }

  @Test
  void warmUpRisesToTheFirstFactor() {
    assertThat(factors(Schedule.constant().warmUp(3), 5)).containsExactly(0.25, 0.5, 0.75, 1, 1);
    assertThat(factors(Schedule.cosine().warmUp(2), 4))
        .containsExactly(new double[] {1 / 3.0, 2 / 3.0, 1, 0.5}, within(1e-12));
  }
}
