package org.finetune4j.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.optimize.GradientClipping;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;

class TrainableNetworkTest {
  private static final int N = 8;
  private static final Network NETWORK =
      Network.builder(Shape.map(3, 8, 8))
          .convolution("conv", 8, 3)
          .batchNormalization("bn", 1e-3)
          .relu()
          .globalAveragePool("pool")
          .dropout("dropout", 0.5)
          .dense("predictions", 3, Activation.SOFTMAX)
          .build();
  private static final TrainingOptions SETTINGS =
      TrainingOptions.builder(Optimizer.adam(0.01)).build();

  private static float[] numbers(int count, long salt, double low, double high) {
    CounterRandom random = CounterRandom.of(7, salt);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextDouble(low, high);
    }
    return numbers;
  }

  private static Weights weights(Network network) {
    Weights.Builder weights = Weights.builder();
    int salt = 0;
    for (TensorSpec spec : network.tensors()) {
      salt++;
      double low = spec.role().equals("moving_variance") ? 0.5 : -0.3;
      weights.put(
          spec.name(),
          Tensor.of(numbers((int) spec.elements(), salt, low, low + 0.6), spec.shape()));
    }
    return weights.build();
  }

  private static float[][] input() {
    return new float[][] {numbers(N * 3 * 8 * 8, 99, -1, 1)};
  }

  private static float[] targets() {
    float[] targets = new float[N * 3];
    for (int i = 0; i < N; i++) {
      targets[i * 3 + i % 3] = 1;
    }
    return targets;
  }

  private static List<Double> train(TrainableNetwork network, int from, int to) {
    List<Double> losses = new ArrayList<>();
    for (int step = from; step < to; step++) {
      losses.add(network.step(input(), N, targets(), 0.01, new StepKey(1, 0, 0, step)).loss());
    }
    return losses;
  }

  @Test
  void sameStepsGiveSameBits() {
    try (TrainableNetwork first = TrainableNetwork.create(NETWORK, weights(NETWORK), SETTINGS);
        TrainableNetwork second = TrainableNetwork.create(NETWORK, weights(NETWORK), SETTINGS)) {
      assertThat(train(first, 0, 10)).isEqualTo(train(second, 0, 10));
      assertThat(first.weights()).isEqualTo(second.weights()).isNotEqualTo(weights(NETWORK));
    }
  }

  @Test
  void resumedTrainingGoesOnAsIfNothingHadHappened() {
    try (TrainableNetwork whole = TrainableNetwork.create(NETWORK, weights(NETWORK), SETTINGS);
        TrainableNetwork resumed = TrainableNetwork.create(NETWORK, weights(NETWORK), SETTINGS)) {
      train(whole, 0, 5);
      resumed.restore(whole.weights(), whole.state());
      assertThat(resumed.state()).isEqualTo(whole.state());
      assertThat(train(resumed, 5, 10)).isEqualTo(train(whole, 5, 10));
      assertThat(resumed.weights()).isEqualTo(whole.weights());
    }
  }

  @Test
  void learnsItsTrainingSamples() {
    try (TrainableNetwork network = TrainableNetwork.create(NETWORK, weights(NETWORK), SETTINGS)) {
      double before = network.evaluate(input(), N, targets()).loss();
      train(network, 0, 150);
      assertThat(network.evaluate(input(), N, targets()).loss()).isLessThan(before * 0.7);
    }
  }

  @Test
  void dropoutFollowsItsKeyAndRestsAtInference() {
    try (TrainableNetwork network = TrainableNetwork.create(NETWORK, weights(NETWORK), SETTINGS)) {
      float[] calm = network.predict(input(), N);
      assertThat(network.predict(input(), N)).isEqualTo(calm);
      StepKey key = new StepKey(1, 0, 0, 0);
      float[] one = network.step(input(), N, targets(), 1e-30, key).probabilities();
      float[] same = network.step(input(), N, targets(), 1e-30, key).probabilities();
      float[] other =
          network.step(input(), N, targets(), 1e-30, new StepKey(1, 0, 1, 0)).probabilities();
      assertThat(one).isEqualTo(same).isNotEqualTo(other).isNotEqualTo(calm);
    }
  }

  @Test
  void penaltyCountsInTheLoss() {
    Weights weights = weights(NETWORK);
    double squares = 0;
    for (String kernel : List.of("conv/kernel", "predictions/kernel")) {
      for (float value : weights.get(kernel).toArray()) {
        squares += (double) value * value;
      }
    }
    try (TrainableNetwork plain = TrainableNetwork.create(NETWORK, weights, SETTINGS);
        TrainableNetwork penalized =
            TrainableNetwork.create(NETWORK, weights, SETTINGS.toBuilder().l2(0.01).build())) {
      double difference =
          penalized.evaluate(input(), N, targets()).loss()
              - plain.evaluate(input(), N, targets()).loss();
      assertThat(difference).isCloseTo(0.01 * squares, within(1e-9));
    }
  }

  private static Offset<Double> within(double distance) {
    return Offset.offset(distance);
  }

  @Test
  void clippedGradientHasTheLargestNorm() {
    TrainingOptions settings =
        TrainingOptions.builder(Optimizer.sgd(1))
            .gradientClipping(GradientClipping.globalNorm(1e-2))
            .build();
    Weights before = weights(NETWORK);
    try (TrainableNetwork network = TrainableNetwork.create(NETWORK, before, settings)) {
      network.step(input(), N, targets(), 1, new StepKey(1, 0, 0, 0));
      double sum = 0;
      for (TensorSpec spec : NETWORK.tensors()) {
        float[] old = before.get(spec.name()).toArray();
        float[] now = network.weights().get(spec.name()).toArray();
        for (int i = 0; i < old.length; i++) {
          sum += Math.pow(old[i] - now[i], 2);
        }
      }
      assertThat(Math.sqrt(sum)).isCloseTo(1e-2, within(1e-6));
    }
  }

  @Test
  void layerDecaySlowsEarlierLayers() {
    TrainingOptions settings = TrainingOptions.builder(Optimizer.sgd(1)).build();
    Weights before = weights(NETWORK);
    StepKey key = new StepKey(1, 0, 0, 0);
    try (TrainableNetwork plain = TrainableNetwork.create(NETWORK, before, settings);
        TrainableNetwork decayed =
            TrainableNetwork.create(
                NETWORK, before, settings.toBuilder().layerDecay(0.5).build())) {
      plain.step(input(), N, targets(), 1, key);
      decayed.step(input(), N, targets(), 1, key);
      assertThat(decayed.weights().get("predictions/kernel"))
          .isEqualTo(plain.weights().get("predictions/kernel"));
      for (String early : List.of("conv/kernel", "conv/bias", "bn/gamma", "bn/beta")) {
        float[] old = before.get(early).toArray();
        float[] full = plain.weights().get(early).toArray();
        float[] half = decayed.weights().get(early).toArray();
        for (int i = 0; i < old.length; i++) {
          assertThat((double) half[i] - old[i])
              .as(early)
              .isCloseTo(((double) full[i] - old[i]) / 2, within(1e-7));
        }
      }
    }
  }

  @Test
  void refusesMisuse() {
    Network linear = Network.builder(Shape.vector(4)).dense("d", 3).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainableNetwork.create(linear, weights(linear), SETTINGS))
        .withMessageContaining("softmax or sigmoid");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainableNetwork.create(NETWORK, Weights.empty(), SETTINGS))
        .withMessageContaining("conv/kernel");
    TrainableNetwork network = TrainableNetwork.create(NETWORK, weights(NETWORK), SETTINGS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.predict(input(), N + 1))
        .withMessageContaining("9 samples of 3x8x8 are 1728 values, but input 0 has 1536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.evaluate(input(), N, new float[3]))
        .withMessageContaining("8 samples have 3 targets each, not 3 values in all");
    network.close();
    network.close();
    assertThatIllegalStateException().isThrownBy(() -> network.predict(input(), N));
  }
}
