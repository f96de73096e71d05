package org.finetune4j.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final int STEPS = 20;

  private static final Map<String, Schedule> SCHEDULES =
      Map.of(
          "cosine", Schedule.cosine(),
          "cosineWithFloor", Schedule.cosine(0.1),
          "step", Schedule.step(0.1, 3),
          "oneCycle", Schedule.oneCycle());

  @ParameterizedTest
  @ValueSource(strings = {"cosine", "cosineWithFloor", "step", "oneCycle"})
  void equalsPyTorch(String name) throws IOException {
    JsonNode rates = OptimizerTest.expected("torch_steps.json").get("schedules").get(name);
    Schedule schedule = Objects.requireNonNull(SCHEDULES.get(name));
    for (int step = 0; step < STEPS; step++) {
      assertThat(schedule.factor(step, STEPS))
          .as("step %d", step)
          .isCloseTo(rates.get(step).asDouble(), within(1e-9));
    }
  }

  @Test
  void warmUpRisesInEqualStepsAndThenTheScheduleHasTheRest() {
    Schedule schedule = Schedule.cosine().warmUp(4);
    for (int step = 0; step < 4; step++) {
      assertThat(schedule.factor(step, STEPS)).isCloseTo((step + 1) / 5.0, within(1e-12));
    }
    for (int step = 4; step < STEPS; step++) {
      assertThat(schedule.factor(step, STEPS))
          .isEqualTo(Schedule.cosine().factor(step - 4, STEPS - 4));
    }
  }

  @Test
  void staysAFiniteShareAtEveryStepOfEveryLength() {
    for (Schedule schedule :
        new Schedule[] {
          Schedule.constant(),
          Schedule.step(0.5, 2),
          Schedule.cosine(),
          Schedule.oneCycle(),
          Schedule.oneCycle(0.5, 0.04),
          Schedule.oneCycle(0.25, 0.04),
          Schedule.cosine().warmUp(5)
        }) {
      for (int steps = 1; steps < 12; steps++) {
        for (int step = 0; step < steps; step++) {
          assertThat(schedule.factor(step, steps))
              .as("%s, step %d of %d", schedule, step, steps)
              .isBetween(0.0, 1.0);
        }
      }
    }
  }

  @Test
  void refusesWhatIsNoSchedule() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.step(1.5, 2))
        .withMessageContaining("not 2 times by 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.cosine(1))
        .withMessageContaining("floor");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.constant().warmUp(-1))
        .withMessageContaining("not -1");
  }
}
