package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Averaging;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.Distillation;
import org.finetune4j.optimize.GradientClipping;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.ReduceOnPlateau;
import org.finetune4j.optimize.SampleWeights;
import org.finetune4j.optimize.Sampling;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.optimize.WeightDecay;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.log.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With each option, a run that is interrupted again and again ends with the same bits. */
class ResumedOptionsTest {
  @TempDir Path folder;

  private static final Map<String, UnaryOperator<DenseHead.Builder>> OPTIONS =
      Map.ofEntries(
          Map.entry("ema", it -> it.averaging(Averaging.ema(0.9))),
          Map.entry("emaOfTheBestEpoch", it -> it.averaging(Averaging.ema(0.9)).keepBestEpoch()),
          Map.entry("swa", it -> it.batchNormalization().averaging(Averaging.swa(0.5))),
          Map.entry(
              "swaOfTheBestEpoch",
              it -> it.batchNormalization().averaging(Averaging.swa(0.2)).keepBestEpoch()),
          Map.entry("accumulation", it -> it.batchSize(4).gradientAccumulation(4)),
          Map.entry(
              "accumulationWithStatistics",
              it -> it.batchNormalization().batchSize(7).gradientAccumulation(2)),
          Map.entry("sampleWeights", it -> it.sampleWeights(SampleWeights.of(weights()))),
          Map.entry("balanced", it -> it.sampling(Sampling.BALANCED).mixing(Mixing.mixUp(0.4))),
          Map.entry(
              "plateau",
              it ->
                  it.reduceOnPlateau(ReduceOnPlateau.patience(1).factor(0.5))
                      .optimizer(Optimizer.sgd(3))),
          Map.entry(
              "decayOfAll",
              it ->
                  it.optimizer(Optimizer.adamW(1e-2, 0.1))
                      .weightDecay(WeightDecay.ALL)
                      .schedule(Schedule.cosineRestarts(2))),
          Map.entry(
              "movingMomentum",
              it ->
                  it.optimizer(Optimizer.sgd(0.1).nesterov(0.9))
                      .schedule(Schedule.oneCycleWithMomentum())),
          Map.entry(
              "smoothedAndClipped",
              it ->
                  it.labelSmoothing(0.1)
                      .classWeights(1, 2, 3)
                      .l2(1e-3)
                      .gradientClipping(GradientClipping.globalNorm(0.1))
                      .layerDecay(0.5)
                      .schedule(Schedule.exponential(0.1).warmUp(5))));

  private static float[] weights() {
    float[] weights = new float[60];
    for (int i = 0; i < 60; i++) {
      weights[i] = i % 5;
    }
    return weights;
  }

  private static FeatureSet validation() {
    float[][] rows = new float[9][6];
    int[] targets = new int[9];
    for (int i = 0; i < 9; i++) {
      targets[i] = i % 3;
      rows[i][(i + i / 4) % 6] = 1;
    }
    return FeatureSet.of(rows, targets, Labels.of("a", "b", "c"));
  }

  private TrainedHead fit(UnaryOperator<DenseHead.Builder> options) {
    return options
        .apply(CheckpointsTest.head())
        .build()
        .fit(CheckpointsTest.features(), validation());
  }

  /** Goes on until {@code steps} more steps are made. */
  private TrainedHead goOn(UnaryOperator<DenseHead.Builder> options, int steps) {
    Cancellation cancellation = new Cancellation();
    return fit(
        it ->
            options
                .apply(it)
                .checkpoints(folder)
                .cancellation(cancellation)
                .listener(
                    new TrainingListener() {
                      private int left = steps;

                      @Override
                      public void batchFinished(BatchResult batch) {
                        if (--left == 0) {
                          cancellation.request();
                        }
                      }
                    }));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ema",
        "emaOfTheBestEpoch",
        "swa",
        "swaOfTheBestEpoch",
        "accumulation",
        "accumulationWithStatistics",
        "sampleWeights",
        "balanced",
        "plateau",
        "decayOfAll",
        "movingMomentum",
        "smoothedAndClipped"
      })
  void endsWithTheSameBits(String name) {
    UnaryOperator<DenseHead.Builder> options = Objects.requireNonNull(OPTIONS.get(name));
    TrainedHead whole = fit(options);
    assertThat(fit(it -> it).weights()).as("the option counts").isNotEqualTo(whole.weights());
    // Stops inside epochs, and at their last step: while they are measured.
    TrainedHead resumed = goOn(options, 3);
    for (int i = 0; i < 20 && resumed.history().epochs().size() < 6; i++) {
      resumed = goOn(options, i % 4 + 1);
    }
    resumed = goOn(options, 1000);
    assertThat(resumed.history().epochs()).hasSize(6);
    assertThat(resumed.weights()).isEqualTo(whole.weights());
    assertThat(resumed.history().validationLosses()).isEqualTo(whole.history().validationLosses());
  }

  private static NetworkTrainer.Builder student() {
    return NetworkTrainer.builder(
            Network.builder(Shape.map(3, 16, 16))
                .convolution("conv", 4, 3)
                .relu()
                .globalAveragePool()
                .dense(2)
                .softmax()
                .build(),
            Stripes.LABELS)
        .optimizer(Optimizer.adam(1e-2))
        .batchSize(8)
        .epochs(3)
        .seed(4);
  }

  private static TrainedNetwork taught(UnaryOperator<NetworkTrainer.Builder> options, long seed)
      throws IOException {
    try (ImageClassifier teacher =
        student().seed(seed).build().fit(Stripes.of(40, 2)).classifier()) {
      return options
          .apply(student().teacher(teacher, Distillation.standard()))
          .build()
          .fit(Stripes.of(40, 1));
    }
  }

  @Test
  void distillationEndsWithTheSameBits() throws IOException {
    TrainedNetwork whole = taught(it -> it, 1);
    assertThat(student().build().fit(Stripes.of(40, 1)).weights())
        .as("the teacher counts")
        .isNotEqualTo(whole.weights());
    for (int stop = 0; stop < 3; stop++) {
      Cancellation cancellation = new Cancellation();
      TrainingListener stopping =
          new TrainingListener() {
            private int left = 4;

            @Override
            public void batchFinished(BatchResult batch) {
              if (--left == 0) {
                cancellation.request();
              }
            }
          };
      taught(it -> it.checkpoints(folder).cancellation(cancellation).listener(stopping), 1);
    }
    assertThatThrownBy(() -> taught(it -> it.checkpoints(folder), 3))
        .hasMessageContaining("teacher");
    TrainedNetwork resumed = taught(it -> it.checkpoints(folder), 1);
    assertThat(resumed.history().epochs()).hasSize(3);
    assertThat(resumed.weights()).isEqualTo(whole.weights());
  }
}
