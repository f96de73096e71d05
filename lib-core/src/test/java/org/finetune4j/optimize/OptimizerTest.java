package org.finetune4j.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Weights after each step equal those of Keras 3 and PyTorch 2, made by optimizer_steps.py, which
 * lies beside its output.
 */
class OptimizerTest {
  private static JsonNode expected() throws IOException {
    try (InputStream json =
        Objects.requireNonNull(OptimizerTest.class.getResourceAsStream("optimizer_steps.json"))) {
      return new ObjectMapper().readTree(json);
    }
  }

  private static Optimizer optimizer(String name) {
    return switch (name) {
      case "sgd" -> Optimizer.sgd(0.1);
      case "momentum" -> Optimizer.sgd(0.1).momentum(0.9);
      case "nesterov" -> Optimizer.sgd(0.1).nesterov(0.9);
      case "rmsprop" -> Optimizer.rmsProp(0.01);
      case "adam" -> Optimizer.adam(0.01);
      case "adamw" -> Optimizer.adamW(0.01, 0.1);
      case "rmsprop, no epsilon" -> new RmsProp(0.01, 0.9, 1e-30);
      case "adam, no epsilon" -> new Adam(0.01, 0.9, 0.999, 1e-30);
      case "adamw, no epsilon" -> new AdamW(new Adam(0.01, 0.9, 0.999, 1e-30), 0.1);
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "keras,sgd",
    "keras,momentum",
    "keras,nesterov",
    "keras,rmsprop",
    "keras,adam",
    "keras,adamw",
    "torch,sgd",
    "torch,momentum",
    "torch,nesterov",
    "torch,'rmsprop, no epsilon'",
    "torch,'adam, no epsilon'",
    "torch,'adamw, no epsilon'"
  })
  void eachStepEquals(String library, String name) throws IOException {
    JsonNode json = expected();
    Optimizer optimizer = optimizer(name);
    float[] weights = floats(json.get("start"));
    float[][] slots = new float[optimizer.slots().size()][weights.length];
    // Keras raises Adam's betas to the step in float32: 1 - 0.999 is then off by 1.3e-5 of itself.
    float rounding = library.equals("keras") && name.startsWith("adam") ? 1e-6f : 3e-7f;
    JsonNode rows = json.get(library).get("weights").get(name);
    assertThat(rows).hasSize(5);
    for (int step = 1; step <= rows.size(); step++) {
      float[] gradient = floats(json.get("gradients").get(step - 1));
      optimizer.update(weights, gradient, slots, step, optimizer.learningRate(), true);
      assertThat(weights)
          .as("step %d", step)
          .containsExactly(floats(rows.get(step - 1)), within(rounding));
    }
  }

  private static float[] floats(JsonNode numbers) {
    float[] array = new float[numbers.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = (float) numbers.get(i).asDouble();
    }
    return array;
  }

  @Test
  void weightDecaySparesWhatDoesNotDecay() {
    float[] weights = {2};
    Optimizer.adamW(0.1, 0.5).update(weights, new float[1], new float[2][1], 1, 0.1, false);
    assertThat(weights).containsExactly(2);
    Optimizer.adamW(0.1, 0.5).update(weights, new float[1], new float[2][1], 1, 0.1, true);
    assertThat(weights).containsExactly(1.9f);
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.sgd(0))
        .withMessage("A learning rate is a number above 0, not 0.0.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Optimizer.sgd(0.1).momentum(1))
        .withMessage("A momentum is from 0 to below 1, not 1.0.");
    assertThatIllegalArgumentException().isThrownBy(() -> Optimizer.adam(Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> GradientClipping.value(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingSettings.of(Optimizer.sgd(1)).layerDecay(2))
        .withMessageContaining("above 0 and at most 1, not 2.0");
  }
}
