package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.DatasetSplit;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.Pooling;
import org.finetune4j.finetune.FineTuneResult;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.model.ImageRegressor;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.Loss;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.Sampling;
import org.finetune4j.target.Task;
import org.finetune4j.testing.Bars;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.log.Measure;
import org.finetune4j.train.log.TrainingListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags and numbers, learned by gradient descent: heads, fine-tuning, whole networks. */
class TargetTrainingTest {
  private static final PretrainedBackbone BACKBONE = TinyBackbone.of(1);
  private static final FeatureExtractor EXTRACTOR =
      FeatureExtractor.builder(BACKBONE).pooling(Pooling.NONE).build();
  private static final DatasetSplit TAGGED = Bars.tagged(60, 1).split(0.6, 0.2, 1);
  private static final DatasetSplit FILLED = Bars.filled(60, 1).split(0.6, 0.2, 1);

  @TempDir Path folder;

  @AfterAll
  static void close() {
    BACKBONE.close();
  }

  private static FeatureSet features(ImageDataset images) throws IOException {
    return EXTRACTOR.extract(images);
  }

  private static DenseHead.Builder head() {
    return ClassifierHead.builder().hidden(16).optimizer(Optimizer.adam(3e-3)).epochs(25).seed(3);
  }

  @Test
  void aDenseHeadLearnsTags() throws IOException {
    for (Loss loss : new Loss[] {Loss.crossEntropy(), Loss.focal(2)}) {
      TrainedHead trained =
          head()
              .loss(loss)
              .positiveWeights(1, 1.5)
              .mixing(Mixing.mixUp(0.2))
              .build()
              .fit(features(TAGGED.train()), features(TAGGED.validation()));
      assertThat(trained.evaluateTags(features(TAGGED.test())).meanAveragePrecision())
          .isGreaterThan(0.95);
      assertThat(trained.history().last().measure()).isEqualTo(Measure.TAG_ACCURACY);
      assertThat(trained.history().last().validationAccuracy().orElseThrow()).isBetween(0.8, 1.0);
    }
  }

  /** The unit does not matter: what is learned is in standard deviations. */
  @Test
  void aDenseHeadLearnsNumbersInAnyUnit() throws IOException {
    TrainedHead trained =
        head().build().fit(features(FILLED.train()), features(FILLED.validation()));
    double error =
        trained.evaluateNumbers(features(FILLED.test())).metrics("level").meanAbsoluteError();
    assertThat(error).isLessThan(10);
    assertThat(trained.history().toString()).contains(", R2 0.9");
    assertThat(
            head()
                .loss(Loss.huber(1))
                .build()
                .fit(features(FILLED.train()))
                .history()
                .last()
                .loss())
        .isLessThan(0.05);
    assertThat(trained.network().output()).isEqualTo("head_units");
  }

  @Test
  void fineTuningStartsWhereTheLinearHeadEnds() throws IOException {
    TrainedHead linear =
        ClassifierHead.ridgeRegression().penalties(10).build().fit(features(FILLED.train()));
    FineTuneResult tuned =
        FineTuner.builder(EXTRACTOR, linear)
            .unfreezeLast(1)
            .optimizer(Optimizer.adam(1e-4))
            .epochs(6)
            .build()
            .fit(FILLED.train(), FILLED.validation());
    double before = 1 - linear.evaluateNumbers(features(FILLED.train())).metrics().get(0).r2();
    assertThat(tuned.history().epochs().get(0).loss()).isCloseTo(before, within(0.5 * before));
    assertThat(tuned.history().last().loss()).isLessThan(tuned.history().epochs().get(0).loss());
    double linearOne = linear.evaluateNumbers(features(FILLED.test())).metrics("level").r2();
    try (ImageRegressor regressor = tuned.regressor()) {
      assertThat(regressor.evaluate(FILLED.test()).metrics("level").r2()).isGreaterThan(linearOne);
    }
    assertThatThrownBy(tuned::tagger).hasMessageContaining("of which ImageRegressor is made");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFineTuningGoesOnWithTheSameBits(boolean tags) throws IOException {
    DatasetSplit split = tags ? TAGGED : FILLED;
    TrainedHead start =
        (tags ? ClassifierHead.logisticRegression() : ClassifierHead.ridgeRegression())
            .penalties(0.1)
            .build()
            .fit(features(split.train()));
    FineTuneResult whole = tuner(start).build().fit(split.train(), split.validation());
    Cancellation after = new Cancellation();
    tuner(start)
        .checkpoints(folder)
        .checkpointEverySteps(1)
        .cancellation(after)
        .listener(
            new TrainingListener() {
              @Override
              public void batchFinished(BatchResult batch) {
                if (batch.epoch() == 2 && batch.step() == 2) {
                  after.request();
                }
              }
            })
        .build()
        .fit(split.train(), split.validation());
    FineTuneResult resumed =
        tuner(start)
            .checkpoints(folder)
            .checkpointEverySteps(1)
            .build()
            .fit(split.train(), split.validation());
    assertThat(resumed.weights().sha256()).isEqualTo(whole.weights().sha256());
    assertThat(resumed.history().last().accuracy()).isEqualTo(whole.history().last().accuracy());
    assertThat(resumed.history().last().measure())
        .isEqualTo(tags ? Measure.TAG_ACCURACY : Measure.R2);
    assertThat(resumed.history().epochs()).hasSize(3);
  }

  private static FineTuner.Builder tuner(TrainedHead head) {
    return FineTuner.builder(EXTRACTOR, head)
        .unfreezeLast(1)
        .augmentation(Augmentation.builder().widthShift(0.1).build())
        .optimizer(Optimizer.adam(1e-4))
        .batchSize(8)
        .epochs(3)
        .seed(9);
  }

  private static Network network(int outputs, Activation end) {
    return Network.builder(Shape.map(3, 18, 20))
        .convolution("conv", 8, 3)
        .relu()
        .maxPool(2)
        .flatten("flat")
        .dense("out", outputs, end)
        .build();
  }

  @Test
  void aNetworkOfOnesOwnLearnsTagsAndNumbers() throws IOException {
    TrainedNetwork tags =
        NetworkTrainer.builder(network(2, Activation.SIGMOID), Bars.TAGS)
            .optimizer(Optimizer.adam(1e-3))
            .epochs(8)
            .build()
            .fit(TAGGED.train());
    try (ImageTagger tagger = tags.tagger()) {
      assertThat(tagger.evaluate(TAGGED.train()).toString())
          .contains("\nWarning: These are the " + TAGGED.train().size() + " pictures that it was");
      assertThat(tagger.evaluate(TAGGED.test()).meanAveragePrecision()).isGreaterThan(0.95);
    }
    TrainedNetwork numbers =
        NetworkTrainer.builder(network(1, Activation.LINEAR), Bars.LEVEL)
            .optimizer(Optimizer.adam(1e-3))
            .batchSize(4)
            .epochs(20)
            .build()
            .fit(FILLED.train(), FILLED.validation());
    try (ImageRegressor regressor = numbers.regressor()) {
      assertThat(regressor.evaluate(FILLED.test()).metrics("level").r2()).isGreaterThan(0.9);
    }
    assertThat(numbers.toString()).contains("R2 0.9");
  }

  @Test
  void anUntrainedHeadKnowsTheUnit() throws IOException {
    TrainedHead untrained = head().build().untrained(EXTRACTOR, FILLED.train().targets());
    float[][] said = untrained.probabilities(features(FILLED.train()));
    assertThat(said[0][0]).isBetween(-150f, 250f);
    assertThat(untrained.isTrained()).isFalse();
  }

  @Test
  void optionsWithoutMeaningAreRefused() throws IOException {
    FeatureSet numbers = features(FILLED.train());
    FeatureSet tags = features(TAGGED.train());
    FeatureSet labels = features(Stripes.of(12, 1));
    assertThatThrownBy(() -> head().mixing(Mixing.mixUp(0.2)).build().fit(numbers))
        .hasMessageContaining("Numbers have no mixtures");
    assertThatThrownBy(() -> head().labelSmoothing(0.1).build().fit(numbers))
        .hasMessageContaining(
            "Numbers are learned by Loss.meanSquaredError() or Loss.huber(delta)");
    assertThatThrownBy(() -> head().sampling(Sampling.BALANCED).build().fit(tags))
        .hasMessageContaining("Samples can be balanced by their label");
    assertThatThrownBy(() -> head().classWeights(1, 2, 3).build().fit(tags))
        .hasMessageContaining("one class weight for each of the 2 tags, not 3");
    assertThatThrownBy(() -> head().loss(Loss.huber(1)).build().fit(tags))
        .hasMessageContaining("is a loss of numbers, but what is learned is 2 tags");
    assertThatThrownBy(() -> head().loss(Loss.focal(2)).build().fit(labels))
        .hasMessageContaining("The focal loss and positive weights are for tags");
    assertThatThrownBy(
            () ->
                NetworkTrainer.builder(network(2, Activation.SOFTMAX), Bars.TAGS)
                    .build()
                    .fit(TAGGED.train()))
        .hasMessageContaining("ends in a sigmoid for each, but it ends in");
    assertThatThrownBy(
            () ->
                NetworkTrainer.builder(network(2, Activation.SIGMOID), Bars.TAGS)
                    .build()
                    .fit(FILLED.train()))
        .hasMessageContaining(
            "Training pictures have numbers level (%), but the network is trained");
    assertThatThrownBy(
            () ->
                NetworkTrainer.builder(network(2, Activation.SIGMOID), Task.tags("left", "x"))
                    .build()
                    .fit(TAGGED.train()))
        .hasMessageContaining("but the network is trained for 2 tags (left, x)");
  }
}
