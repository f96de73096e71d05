package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Distillation;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.train.input.Teacher;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loss and gradient equal PyTorch's, whose numbers were made by distillation.py. */
class DistillationTest {
  private static final float[] LOGITS = {1, -2, 0.5f, 0.25f, 0.125f, -0.75f, 3, 0, -3, 0, 0.5f, 1};
  private static final float[] TARGETS = {1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1};
  private static final float[] WEIGHTS = {1, 2, 0, 0.5f};
  private static final int N = 4;

  /** The logits of sample k are row k of the kernel. */
  private static final Network NETWORK =
      Network.builder(Shape.vector(N)).dense("d", 3).softmax().build();

  private static float[] oneHot() {
    float[] inputs = new float[N * N];
    for (int i = 0; i < N; i++) {
      inputs[i * N + i] = 1;
    }
    return inputs;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void equalsPyTorch(int number) throws IOException {
    JsonNode expected;
    try (InputStream json =
        Objects.requireNonNull(DistillationTest.class.getResourceAsStream("distillation.json"))) {
      expected = new ObjectMapper().readTree(json).get(number);
    }
    Distillation how =
        new Distillation(expected.get("temperature").asDouble(), expected.get("share").asDouble());
    TrainingOptions.Builder options = TrainingOptions.builder(Optimizer.sgd(1));
    TrainingOptions taught = options.batchSize(3).gradientAccumulation(2).build().taughtBy(how);
    float[][] said = new float[N][3];
    for (int i = 0; i < 3 * N; i++) {
      said[i / 3][i % 3] = (float) expected.get("teacher").get(i / 3).get(i % 3).asDouble();
    }
    float[] teacher = Teacher.of(said, how.temperature()).of(new int[] {0, 1, 2, 3});
    float[] weights = expected.get("weighted").asBoolean() ? WEIGHTS : new float[0];
    Weights start =
        Weights.builder()
            .put("d/kernel", Tensor.of(LOGITS, N, 3))
            .put("d/bias", Tensor.of(new float[3], 3))
            .build();
    try (TrainableNetwork network = TrainableNetwork.create(NETWORK, start, taught)) {
      StepResult result =
          network.step(
              new float[][] {oneHot()}, N, TARGETS, weights, teacher, 1, new StepKey(1, 0, 0, 0));
      assertThat(result.loss()).isCloseTo(expected.get("loss").asDouble(), within(1e-6));
      float[] learned = network.weights().get("d/kernel").toArray();
      for (int i = 0; i < learned.length; i++) {
        assertThat((double) LOGITS[i] - learned[i])
            .as("gradient %d", i)
            .isCloseTo(expected.get("gradient").get(i).asDouble(), within(1e-6));
      }
    }
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatThrownBy(() -> new Distillation(0, 0.5)).hasMessageContaining("not 0.0");
    assertThatThrownBy(() -> new Distillation(1, 0))
        .hasMessage("The share of a teacher in the loss is above 0 and at most 1, not 0.0.");
  }
}
