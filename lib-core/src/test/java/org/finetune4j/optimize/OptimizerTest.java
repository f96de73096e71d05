package org.finetune4j.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps equal those of Keras and PyTorch, whose numbers were made by optimizer_steps.py. */
class OptimizerTest {
  private static final float[] WEIGHTS = {0.5f, -1.25f, 2, 0.03125f, -0.75f, 1.5f};
  private static final int STEPS = 12;

  private static final Map<String, Optimizer> OPTIMIZERS =
      Map.of(
          "sgd", Optimizer.sgd(0.1),
          "momentum", Optimizer.sgd(0.1).momentum(0.9),
          "nesterov", Optimizer.sgd(0.1).nesterov(0.9),
          "rmsProp", Optimizer.rmsProp(0.01),
          "adam", Optimizer.adam(0.01),
          "adamW", Optimizer.adamW(0.01, 0.05));

  /** The same formula stands in optimizer_steps.py: large, tiny and zero gradients. */
  private static float[] gradient(int step) {
    double[] factors = {1, 1, 1e-4, 1e-6, 1, 1e-2};
    float[] gradient = new float[WEIGHTS.length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) (((step * 7 + i * 5) % 11 - 5) / 4.0 * factors[i]);
    }
    return gradient;
  }

  static JsonNode expected(String file) throws IOException {
    try (InputStream json =
        Objects.requireNonNull(OptimizerTest.class.getResourceAsStream(file), file)) {
      return new ObjectMapper().readTree(json);
    }
  }

  private static float[][] steps(Optimizer optimizer) {
    float[] weights = WEIGHTS.clone();
    float[][] slots = new float[optimizer.slots().size()][weights.length];
    float[][] rows = new float[STEPS][];
    for (int step = 0; step < STEPS; step++) {
      optimizer.update(weights, gradient(step), slots, step + 1, optimizer.learningRate(), true);
      rows[step] = weights.clone();
    }
    return rows;
  }

  private static void requireEqual(JsonNode expected, float[][] rows, int... places) {
    assertThat(expected.size()).isEqualTo(STEPS);
    for (int step = 0; step < STEPS; step++) {
      for (int place : places) {
        float want = (float) expected.get(step).get(place).asDouble();
        assertThat(rows[step][place])
            .as("weight %d after step %d", place, step + 1)
            .isCloseTo(want, within(2e-6f * Math.max(1, Math.abs(want))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "nesterov", "rmsProp", "adam", "adamW"})
  void stepsEqualKeras(String name) throws IOException {
    float[][] rows = steps(Objects.requireNonNull(OPTIMIZERS.get(name)));
    requireEqual(expected("keras_steps.json").get(name), rows, 0, 1, 2, 3, 4, 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "momentum", "nesterov"})
  void stepsOfSgdEqualPyTorch(String name) throws IOException {
    float[][] rows = steps(Objects.requireNonNull(OPTIMIZERS.get(name)));
    requireEqual(expected("torch_steps.json").get(name), rows, 0, 1, 2, 3, 4, 5);
  }

  /** PyTorch adds epsilon behind the root; that shows only where gradients are tiny. */
  @ParameterizedTest
  @ValueSource(strings = {"rmsProp", "adam", "adamW"})
  void stepsEqualPyTorchButForTheEpsilon(String name) throws IOException {
    float[][] rows = steps(Objects.requireNonNull(OPTIMIZERS.get(name)));
    requireEqual(expected("torch_steps.json").get(name), rows, 0, 1, 4);
  }

  @Test
  void whatDoesNotDecayStepsAsAdamDoes() {
    float[] decayed = WEIGHTS.clone();
    float[] plain = WEIGHTS.clone();
    Optimizer.adamW(0.01, 0.05).update(decayed, gradient(0), new float[2][6], 1, 0.01, false);
    Optimizer.adam(0.01).update(plain, gradient(0), new float[2][6], 1, 0.01, true);
    assertThat(decayed).isEqualTo(plain);
  }

  @Test
  void printsCompletely() {
    assertThat(Optimizer.adamW(1e-3, 0.05).learningRate(1e-4))
        .hasToString(
            "AdamW[adam=Adam[learningRate=1.0E-4, beta1=0.9, beta2=0.999, epsilon=1.0E-7],"
                + " weightDecay=0.05]");
    assertThat(Optimizer.rmsProp(2e-5))
        .hasToString("RmsProp[learningRate=2.0E-5, rho=0.9, epsilon=1.0E-7]");
    assertThat(Schedule.cosine().warmUp(10))
        .hasToString("WarmUp[steps=10, then=Cosine[floor=0.0]]");
  }

  @Test
  void refusesNumbersOutOfRange() {
    for (double rate : List.of(0.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Optimizer.adam(rate))
          .withMessage("A learning rate is a number above 0, not " + rate + ".");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.sgd(1).momentum(1))
        .withMessageContaining("momentum");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.adamW(1, -0.1))
        .withMessageContaining("weight decay");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loss.crossEntropy().labelSmoothing(1))
        .withMessageContaining("smoothing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Loss.crossEntropy().classWeights(List.of(1.0, -1.0)))
        .withMessageContaining("[1.0, -1.0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientClipping.globalNorm(0))
        .withMessageContaining("norm");
  }
}
