package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.finetune4j.testing.Near.near;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.finetune4j.engine.onnx.OnnxSession;
import org.finetune4j.engine.onnx.RuntimeOptions;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.json.NetworkJson;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Loss;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Losses, probabilities and gradients of small networks, of every kind of layer, equal PyTorch's.
 * The expected numbers were made by layer_gradients.py, beside them, with PyTorch 2.13 in float64.
 */
class LayerGradientTest {
  static final int SAMPLES = 2;
  private static final StepKey KEY = new StepKey(1, 0, 0, 0);

  static Stream<Arguments> cases() throws IOException {
    try (InputStream json =
        Objects.requireNonNull(
            LayerGradientTest.class.getResourceAsStream("layer_gradients.json"))) {
      return StreamSupport.stream(new ObjectMapper().readTree(json).spliterator(), false)
          .map(node -> Arguments.of(node.get("name").asText(), new Case(node)));
    }
  }

  static Stream<Arguments> predictions() throws IOException {
    return cases().filter(it -> !((Case) it.get()[1]).json().get("batchStatistics").asBoolean());
  }

  /** One network and what PyTorch says about it. */
  record Case(JsonNode json) {
    Network network() {
      ObjectNode node = new ObjectMapper().createObjectNode();
      node.set("layers", json.get("layers"));
      node.putArray("outputs").add(json.get("output").asText());
      return NetworkJson.read(node);
    }

    TrainingOptions settings() {
      List<Double> classWeights = new ArrayList<>();
      json.get("classWeights").forEach(w -> classWeights.add(w.asDouble()));
      Loss loss =
          Loss.crossEntropy()
              .labelSmoothing(json.get("smoothing").asDouble())
              .classWeights(classWeights);
      return TrainingOptions.builder(Optimizer.sgd(1))
          .loss(loss)
          .batchNorm(
              json.get("batchStatistics").asBoolean()
                  ? BatchNormPolicy.BATCH_STATISTICS
                  : BatchNormPolicy.FROZEN_STATISTICS)
          .build();
    }

    float[] array(String name) {
      return floats(json.get(name));
    }

    static float[] floats(JsonNode numbers) {
      float[] array = new float[numbers.size()];
      for (int i = 0; i < array.length; i++) {
        array[i] = (float) numbers.get(i).asDouble();
      }
      return array;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void equalsPyTorch(String name, Case expected) {
    JsonNode json = expected.json();
    Network network = expected.network();
    Weights before = weights(network);
    try (TrainableNetwork trainable =
        TrainableNetwork.create(network, before, expected.settings())) {
      StepResult result =
          trainable.step(inputs(network), SAMPLES, expected.array("targets"), 1, KEY);
      Weights after = trainable.weights();

      assertThat(result.loss()).isCloseTo(json.get("loss").asDouble(), within(3e-6));
      assertThat(result.probabilities()).satisfies(near(expected.array("probabilities"), 3e-6));
      json.get("gradients")
          .properties()
          .forEach(
              entry ->
                  requireClose(
                      entry.getKey(),
                      difference(before, after, entry.getKey()),
                      Case.floats(entry.getValue())));
      json.get("moving")
          .properties()
          .forEach(
              entry ->
                  requireClose(
                      entry.getKey(),
                      after.get(entry.getKey()).toArray(),
                      Case.floats(entry.getValue())));
      assertThat(json.get("gradients").size())
          .isEqualTo(network.tensors().stream().filter(TensorSpec::trainable).count());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("predictions")
  void theOtherEngineEqualsPyTorchToo(String name, Case expected) {
    Network network = expected.network();
    FloatBuffer[] batch =
        Arrays.stream(inputs(network)).map(FloatBuffer::wrap).toArray(FloatBuffer[]::new);
    try (OnnxSession session =
        OnnxSession.open(network, weights(network), RuntimeOptions.standard())) {
      assertThat(session.run(SAMPLES, batch)[0])
          .satisfies(near(expected.array("probabilities"), 3e-6));
    }
  }

  /** Differences of float32 rounding only: three millionths of the largest value, or of 1. */
  private static void requireClose(String name, float[] actual, float[] expected) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    double largest = 1;
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    assertThat(worst / largest).as("distance of " + name).isLessThan(3e-6);
  }

  private static float[] difference(Weights before, Weights after, String name) {
    float[] gradient = before.get(name).toArray();
    float[] changed = after.get(name).toArray();
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] -= changed[i];
    }
    return gradient;
  }

  static float[][] inputs(Network network) {
    List<Input> inputs = network.inputs();
    float[][] arrays = new float[inputs.size()][];
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = numbers(SAMPLES * inputs.get(i).shape().elements(), 50 + i, 2, 0);
    }
    return arrays;
  }

  static Weights weights(Network network) {
    Weights.Builder weights = Weights.builder();
    int salt = 0;
    for (TensorSpec spec : network.tensors()) {
      salt++;
      int count = (int) spec.elements();
      float[] values = numbers(count, salt, 1, spec.role().equals("gamma") ? 1 : 0);
      if (spec.role().contains("variance")) {
        values = numbers(count, salt, 0.5, 1);
      }
      weights.put(spec.name(), Tensor.of(values, spec.shape()));
    }
    return weights.build();
  }

  /** The same formula stands in layer_gradients.py. */
  private static float[] numbers(int count, int salt, double scale, double offset) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (((i * 7919L + salt * 104729L) % 1009 / 1009.0 - 0.5) * scale + offset);
    }
    return numbers;
  }
}
