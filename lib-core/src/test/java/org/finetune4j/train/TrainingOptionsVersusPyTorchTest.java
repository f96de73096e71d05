package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.optimize.Adam;
import org.finetune4j.optimize.AdamW;
import org.finetune4j.optimize.Averaging;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.SampleWeights;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.optimize.WeightDecay;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Six epochs of a small head end with the weights that PyTorch ends with, whatever the options:
 * training_options.py made the numbers from training_start.json, which holds what {@link #start}
 * returns. Batches are the whole data, so that the order of samples does not matter.
 */
class TrainingOptionsVersusPyTorchTest {
  private static final int SAMPLES = 12;
  private static final int EPOCHS = 6;

  /** Keras and PyTorch put epsilon into different places, so it is too small to matter. */
  private static final Optimizer ADAM_W = new AdamW(new Adam(0.05, 0.9, 0.999, 1e-12), 0.1);

  private static final Map<String, UnaryOperator<DenseHead.Builder>> OPTIONS =
      Map.ofEntries(
          Map.entry("plain", it -> it),
          Map.entry("ema", it -> it.averaging(Averaging.ema(0.9).withoutWarmUp())),
          Map.entry("emaWithWarmUp", it -> it.averaging(Averaging.ema(0.9))),
          Map.entry("swa", it -> it.averaging(Averaging.swa(0.5))),
          Map.entry("swaWithStatistics", it -> it.averaging(Averaging.swa(0.5))),
          Map.entry("sampleWeights", it -> it.sampleWeights(SampleWeights.of(weights()))),
          Map.entry("accumulation", it -> it.batchSize(5).gradientAccumulation(3)),
          Map.entry("decayOfKernels", it -> it.optimizer(ADAM_W)),
          Map.entry("decayOfAll", it -> it.optimizer(ADAM_W).weightDecay(WeightDecay.ALL)),
          Map.entry("layerDecay", it -> it.layerDecay(0.25)),
          Map.entry("oneCycle", it -> it.schedule(Schedule.oneCycle())),
          Map.entry(
              "oneCycleWithMomentum",
              it -> it.optimizer(ADAM_W).schedule(Schedule.oneCycleWithMomentum())));

  private static float[] weights() {
    float[] weights = new float[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      weights[i] = i % 4;
    }
    return weights;
  }

  private static FeatureSet features() {
    CounterRandom random = CounterRandom.of(3);
    float[][] rows = new float[SAMPLES][4];
    int[] targets = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      targets[i] = i % 3;
      for (int j = 0; j < 4; j++) {
        rows[i][j] = random.nextFloat() + (j == targets[i] ? 0.5f : 0);
      }
    }
    return FeatureSet.of(rows, targets, Labels.of("a", "b", "c"));
  }

  private static DenseHead.Builder head(boolean norm) {
    DenseHead.Builder head =
        ClassifierHead.builder()
            .hidden(5)
            .optimizer(Optimizer.sgd(0.2).momentum(0.9))
            .batchSize(SAMPLES)
            .epochs(EPOCHS);
    return norm ? head.batchNormalization() : head;
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream json =
        Objects.requireNonNull(
            TrainingOptionsVersusPyTorchTest.class.getResourceAsStream(name), name)) {
      return new ObjectMapper().readTree(json);
    }
  }

  /** Returns data and first weights, as training_options.py reads them. */
  private static ObjectNode start() {
    ObjectNode start = new ObjectMapper().createObjectNode();
    FeatureSet features = features();
    ArrayNode rows = start.putArray("features");
    ArrayNode targets = start.putArray("targets");
    for (int i = 0; i < SAMPLES; i++) {
      ArrayNode row = rows.addArray();
      for (float value : features.features(i)) {
        row.add(value);
      }
      targets.add(features.target(i));
    }
    Weights weights =
        head(false).epochs(1).optimizer(Optimizer.sgd(1e-30)).build().fit(features).weights();
    ObjectNode tensors = start.putObject("weights");
    weights.tensors().forEach((name, tensor) -> put(tensors, name, tensor));
    return start;
  }

  /** The rate is so small that it changes nothing but zeros, whose trace is taken away. */
  private static void put(ObjectNode tensors, String name, Tensor tensor) {
    ArrayNode values = tensors.putArray(name);
    for (float value : tensor.toArray()) {
      values.add(Math.abs(value) < 1e-20 ? 0 : value);
    }
  }

  @Test
  void theNumbersBeginWithTheSameDataAndWeights() throws IOException {
    assertThat(new ObjectMapper().readTree(start().toString()))
        .isEqualTo(resource("training_start.json"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "ema",
        "emaWithWarmUp",
        "swa",
        "swaWithStatistics",
        "sampleWeights",
        "accumulation",
        "decayOfKernels",
        "decayOfAll",
        "layerDecay",
        "oneCycle",
        "oneCycleWithMomentum"
      })
  void endsWhereItDoes(String name) throws IOException {
    JsonNode expected = resource("training_options.json").get(name);
    TrainedHead trained =
        Objects.requireNonNull(OPTIONS.get(name))
            .apply(head(name.equals("swaWithStatistics")))
            .build()
            .fit(features());
    assertThat(trained.weights().tensors().keySet())
        .containsExactlyInAnyOrderElementsOf(expected::fieldNames);
    trained
        .weights()
        .tensors()
        .forEach(
            (tensor, values) -> {
              float[] learned = values.toArray();
              JsonNode theirs = expected.get(tensor);
              assertThat(learned).hasSize(theirs.size());
              for (int i = 0; i < learned.length; i++) {
                assertThat((double) learned[i])
                    .as("%s, value %d", tensor, i)
                    .isCloseTo(theirs.get(i).asDouble(), within(2e-5));
              }
            });
  }
}
