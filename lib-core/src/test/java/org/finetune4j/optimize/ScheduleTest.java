package org.finetune4j.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final int STEPS = 20;

  private static final Map<String, Schedule> SCHEDULES =
      Map.of(
          "cosine", Schedule.cosine(),
          "cosineWithFloor", Schedule.cosine(0.1),
          "step", Schedule.step(0.1, 3));

  @ParameterizedTest
  @ValueSource(strings = {"cosine", "cosineWithFloor", "step"})
  void equalsPyTorch(String name) throws IOException {
    JsonNode rates = OptimizerTest.expected("torch_steps.json").get("schedules").get(name);
    Schedule schedule = Objects.requireNonNull(SCHEDULES.get(name));
    for (int step = 0; step < STEPS; step++) {
      assertThat(schedule.factor(step, STEPS))
          .as("step %d", step)
          .isCloseTo(rates.get(step).asDouble(), within(1e-9));
    }
  }

  private static final Map<String, Schedule> OTHERS =
      Map.of(
          "exponential", Schedule.exponential(0.01),
          "restarts", Schedule.cosineRestarts(3, 2, 0.8, 0.05),
          "warmUpCosine", Schedule.cosine().warmUp(4),
          "oneCycle", Schedule.oneCycle(),
          "fineTuneHead", Schedule.oneCycle(0.99, 1.0 / 25),
          "fineTuneAll", Schedule.oneCycle(0.3, 0.2));

  @ParameterizedTest
  @CsvSource({
    "keras_schedules.json, exponential",
    "keras_schedules.json, restarts",
    "torch_schedules.json, exponential",
    "torch_schedules.json, warmUpCosine",
    "fastai_schedules.json, oneCycle",
    "fastai_schedules.json, fineTuneHead",
    "fastai_schedules.json, fineTuneAll"
  })
  void equalsOthersAtEveryLength(String file, String name) throws IOException {
    JsonNode lengths = OptimizerTest.expected(file).get(name);
    Schedule schedule = Objects.requireNonNull(OTHERS.get(name));
    // Keras computes in float32.
    double tolerance = file.startsWith("keras") ? 1e-6 : 1e-9;
    for (int steps : new int[] {1, 2, 3, 20, 21}) {
      requireRates(lengths.get(String.valueOf(steps)), schedule, steps, tolerance);
    }
  }

  private static void requireRates(JsonNode rates, Schedule schedule, int steps, double tolerance) {
    assertThat(rates.size()).isEqualTo(steps);
    for (int step = 0; step < steps; step++) {
      assertThat(schedule.factor(step, steps))
          .as("step %d of %d", step, steps)
          .isCloseTo(rates.get(step).asDouble(), within(tolerance));
    }
  }

  @Test
  void restartsEqualPyTorchWhereTheirLengthsAreWhole() throws IOException {
    requireRates(
        OptimizerTest.expected("torch_schedules.json").get("restarts").get("21"),
        Schedule.cosineRestarts(3, 2, 1, 0),
        21,
        1e-9);
  }

  private static final double[] LOSSES = {
    3, 2, 2, 2.5, 1.99995, 1.5, 1.6, 1.7, 1.8, 1.9, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4, 1.4
  };

  /** The same rules and losses as in schedules.py. */
  private static final List<ReduceOnPlateau> PLATEAUS =
      List.of(
          ReduceOnPlateau.patience(2),
          ReduceOnPlateau.patience(3).factor(0.5),
          ReduceOnPlateau.patience(1).factor(0.5).cooldown(2).floor(0.1),
          ReduceOnPlateau.patience(2).factor(0.3).cooldown(1).floor(0.2));

  @ParameterizedTest
  @CsvSource({
    "keras_schedules.json, 0",
    "keras_schedules.json, 1",
    "keras_schedules.json, 2",
    "keras_schedules.json, 3",
    "torch_schedules.json, 0",
    "torch_schedules.json, 1"
  })
  void plateausEqualOthers(String file, int rule) throws IOException {
    JsonNode rates = OptimizerTest.expected(file).get("plateaus").get(rule);
    for (int epoch = 0; epoch < LOSSES.length; epoch++) {
      double factor = PLATEAUS.get(rule).factorAfter(Arrays.copyOf(LOSSES, epoch + 1));
      assertThat(factor / rates.get(epoch).asDouble())
          .as("epoch %d", epoch)
          .isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void aWarmUpLeavesTheLastStepOfAShortTrainingItsFullRate() {
    Schedule schedule = Schedule.constant().warmUp(100);
    assertThat(schedule.factor(0, 1)).isEqualTo(1);
    assertThat(schedule.factor(0, 2)).isEqualTo(0.5);
    assertThat(schedule.factor(1, 2)).isEqualTo(1);
    assertThat(schedule.factor(2, 3)).isEqualTo(1);
    assertThat(Schedule.cosine().warmUpShare(0.2).factor(7, 20))
        .isEqualTo(Schedule.cosine().warmUp(4).factor(7, 20));
  }

  @Test
  void everyScheduleLearnsInOneToThreeSteps() {
    for (Schedule schedule : OTHERS.values()) {
      for (int steps = 1; steps <= 3; steps++) {
        double most = 0;
        for (int step = 0; step < steps; step++) {
          most = Math.max(most, schedule.factor(step, steps));
        }
        assertThat(most).as("%s, %d steps", schedule, steps).isGreaterThanOrEqualTo(0.04);
      }
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
          Schedule.cosine().warmUp(5),
          Schedule.cosine().warmUpShare(0.5),
          Schedule.cosineRestarts(3),
          Schedule.cosineRestarts(4, 1.5, 0.5, 0.1),
          Schedule.exponential(1e-3)
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
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.cosineRestarts(0))
        .withMessageContaining("not 0 cycles");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.exponential(0))
        .withMessageContaining("not 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReduceOnPlateau.patience(0))
        .withMessageContaining("at least 1 epoch");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ReduceOnPlateau.patience(1).factor(1))
        .withMessageContaining("not 1.0");
  }
}
