package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.data.Percentage.withPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.finetune.FineTuneStage;
import org.finetune4j.finetune.FineTuner;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Averaging;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.SampleWeights;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.preprocess.Preprocessing;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.log.EpochResult;
import org.finetune4j.train.log.TrainingDivergedException;
import org.finetune4j.train.log.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training is given that cannot work: what is said, and what is left. */
class BadInputTest {
  @TempDir Path folder;

  private final ImageDataset train = Stripes.of(24, 1);
  private final ImageDataset renamed = train.withLabels(Labels.of("vertical", "horizontal"));
  private final ImageDataset oneClass =
      ImageDataset.of(
          Stripes.LABELS, train.images().stream().filter(image -> image.label() == 1).toList());

  private static NetworkTrainer.Builder network() {
    return NetworkTrainer.builder(
            Network.builder(Shape.map(3, 8, 8)).flatten().dense(2).softmax().build(),
            Stripes.LABELS)
        .optimizer(Optimizer.sgd(1e-2))
        .batchSize(8)
        .epochs(4);
  }

  @Test
  void labelsOutOfRange() {
    assertThatThrownBy(
            () -> FeatureSet.of(new float[][] {{1}, {2}}, new int[] {0, 2}, Stripes.LABELS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A label index is from 0 to 1, not 2.");
    LabeledImage third = train.get(0).withLabel(2);
    assertThatThrownBy(() -> ImageDataset.of(Stripes.LABELS, List.of(third)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be below the number of classes, 2");
  }

  @Test
  void oneClassOnly() throws IOException {
    String rule = "at least two classes, but all 12 samples are 'vertical'.";
    assertThatThrownBy(() -> network().build().fit(oneClass))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rule);
    try (PretrainedBackbone backbone = TinyBackbone.of(3)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      DenseHead dense = ClassifierHead.builder().build();
      FeatureSet features = extractor.extract(oneClass);
      assertThatThrownBy(() -> dense.fit(features)).hasMessageContaining(rule);
      FineTuner tuner =
          FineTuner.builder(extractor, dense.untrained(extractor, Stripes.LABELS))
              .stages(FineTuneStage.head())
              .batchSize(4)
              .build();
      assertThatThrownBy(() -> tuner.fit(oneClass)).hasMessageContaining(rule);
    }
  }

  @Test
  void featuresThatAreNoNumbers() {
    float[][] rows = {{1}, {Float.NaN}};
    assertThatThrownBy(() -> FeatureSet.of(rows, new int[] {0, 1}, Stripes.LABELS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Features are finite numbers, but row 1 holds NaN.");
  }

  @Test
  void learningRatesThatAreNone() {
    for (double rate : new double[] {0, -1e-3, Double.NaN}) {
      String rule = "A learning rate is a number above 0, not " + rate + ".";
      for (Runnable optimizer :
          List.<Runnable>of(
              () -> Optimizer.sgd(rate),
              () -> Optimizer.rmsProp(rate),
              () -> Optimizer.adam(rate),
              () -> Optimizer.adamW(rate, 0),
              () -> Optimizer.sgd(1).learningRate(rate))) {
        assertThatThrownBy(optimizer::run)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(rule);
      }
    }
  }

  @Test
  void batchesLargerThanTheDataTakeWhatThereIs() throws IOException {
    assertThat(network().batchSize(25).epochs(1).build().fit(train).weights())
        .isEqualTo(network().batchSize(24).epochs(1).build().fit(train).weights());
    assertThatThrownBy(() -> network().batchSize(0)).hasMessageContaining("at least 1 sample");
  }

  @Test
  void validationWithOtherLabels() throws IOException {
    assertThatThrownBy(() -> network().build().fit(train, renamed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("have the labels vertical, horizontal, but the network is trained");
    try (PretrainedBackbone backbone = TinyBackbone.of(3)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      DenseHead dense = ClassifierHead.builder().build();
      FeatureSet good = extractor.extract(train);
      FeatureSet other = extractor.extract(renamed);
      assertThatThrownBy(() -> dense.fit(good, other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the same labels in the same order");
      FineTuner tuner =
          FineTuner.builder(extractor, dense.untrained(extractor, Stripes.LABELS))
              .stages(FineTuneStage.head())
              .batchSize(8)
              .build();
      assertThatThrownBy(() -> tuner.fit(train, renamed))
          .hasMessageContaining("Validation pictures have the labels vertical, horizontal");
      ImageDataset none = ImageDataset.of(Stripes.LABELS, List.of());
      assertThatThrownBy(() -> tuner.fit(train, none))
          .hasMessage("There is at least one validation sample.");
    }
  }

  /** Three epochs that go well, then a rate that no weight survives. */
  private record Explodes(int after) implements Schedule {
    @Override
    public double factor(long step, long totalSteps) {
      return step < after ? 1 : 1e40;
    }
  }

  @Test
  void aLossThatBecomesNoNumberSaysWhereAndLeavesTheLastGoodCheckpoint() {
    List<Integer> epochs = new ArrayList<>();
    NetworkTrainer exploding =
        network()
            .schedule(new Explodes(7))
            .checkpoints(folder)
            .listener(
                new TrainingListener() {
                  @Override
                  public void epochFinished(EpochResult epoch) {
                    epochs.add(epoch.epoch());
                  }
                })
            .build();
    // Step 8 still has a finite loss, and ruins the weights; step 9 is the last of its epoch.
    TrainingDivergedException first =
        catchThrowableOfType(TrainingDivergedException.class, () -> exploding.fit(train));
    assertThat(first)
        .hasMessageContaining("in epoch 3, step 3, at learning rate 1.0E38. Try a smaller");
    assertThat(first.epoch()).isEqualTo(3);
    assertThat(first.step()).isEqualTo(3);
    assertThat(first.learningRate()).isEqualTo(1e-2 * 1e40);
    // It goes on behind epoch 2, and comes to the same end.
    TrainingDivergedException second =
        catchThrowableOfType(TrainingDivergedException.class, () -> exploding.fit(train));
    assertThat(second).hasMessage(first.getMessage());
    assertThat(epochs).containsExactly(1, 2);
  }

  @Test
  void weightsThatOverflowInTheLastStepReachNoCheckpoint() throws IOException {
    NetworkTrainer exploding =
        network().optimizer(Optimizer.sgd(1e39)).checkpoints(folder).batchSize(24).build();
    assertThatThrownBy(() -> exploding.fit(train))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("A weight of 'dense/")
        .hasMessageContaining("in epoch 1, step 1, at learning rate 1.0E39");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void resumeWithOtherSettingsOrOtherData() throws IOException {
    ImageDataset validation = Stripes.of(10, 2);
    NetworkTrainer.Builder trainer = network().checkpoints(folder);
    trainer.build().fit(train, validation);
    assertThatThrownBy(
            () -> network().checkpoints(folder).seed(9).epochs(5).build().fit(train, validation))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            " belongs to another run: epochs was 4, is now 5; seed was 0, is now 9; the start"
                + " weights are others. Choose another folder, or delete it to start anew.");
    assertThatThrownBy(
            () ->
                network()
                    .checkpoints(folder)
                    .optimizer(Optimizer.adam(1e-3))
                    .augmentation(Augmentation.builder().horizontalFlip().build())
                    .build()
                    .fit(train, validation))
        .hasMessageContaining(": augmentation was none, is now Augmentation[RandomAffine[")
        .hasMessageContaining("]; optimizer was Sgd, is now Adam. Choose");
    assertOther(
        "the training pictures differ: 24 added, 24 removed",
        () -> trainer.build().fit(Stripes.of(24, 5), validation));
    assertOther(
        "the training pictures differ: 3 added, 1 removed",
        () -> trainer.build().fit(threeMoreOneLess(), validation));
    assertOther(
        "the training pictures differ: they have another order",
        () -> trainer.build().fit(reversed(), validation));
    assertOther(
        "validation pictures was 10 pictures, is now not set", () -> trainer.build().fit(train));

    // Nothing about the weights tells these networks apart.
    NetworkTrainer.Builder first = activated(Activation.RELU).checkpoints(folder.resolve("relu"));
    first.build().fit(train);
    assertOther(
        "the network is another",
        () -> activated(Activation.TANH).checkpoints(folder.resolve("relu")).build().fit(train));
    assertOther(
        "preprocessing was ", () -> first.preprocessing(Preprocessing.TF).build().fit(train));

    Path heads = folder.resolve("heads");
    DenseHead head = CheckpointsTest.head().checkpoints(heads).build();
    FeatureSet features = CheckpointsTest.features();
    head.fit(features.subset(IntStream.range(0, 30).toArray()));
    // The same number of other samples: nothing but their values tells them apart.
    FeatureSet others = features.subset(IntStream.range(30, 60).toArray());
    assertOther("training samples was FeatureSet[30 x ", () -> head.fit(others));
    DenseHead withDropout = CheckpointsTest.head().dropout(0.6).checkpoints(heads).build();
    assertOther(
        "the network is another",
        () -> withDropout.fit(features.subset(IntStream.range(0, 30).toArray())));
  }

  private static void assertOther(String difference, ThrowingCallable run) {
    assertThatThrownBy(run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" belongs to another run: " + difference);
  }

  private ImageDataset threeMoreOneLess() {
    List<LabeledImage> images = new ArrayList<>(train.images().subList(1, train.size()));
    images.addAll(Stripes.of(3, 7).images());
    return ImageDataset.of(train.labels(), images);
  }

  private ImageDataset reversed() {
    List<LabeledImage> images = new ArrayList<>(train.images());
    Collections.reverse(images);
    return ImageDataset.of(train.labels(), images);
  }

  private static NetworkTrainer.Builder activated(Activation activation) {
    return NetworkTrainer.builder(
            Network.builder(Shape.map(3, 8, 8))
                .flatten()
                .dense("hidden", 4, activation)
                .dense("out", 2, Activation.SOFTMAX)
                .build(),
            Stripes.LABELS)
        .batchSize(8)
        .epochs(1);
  }

  @Test
  void checkpointsInsteadOfAFolderInAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    assertThatThrownBy(() -> network().checkpoints(file).build().fit(train))
        .isInstanceOf(IOException.class)
        .hasMessage("Checkpoints are kept in a folder, but " + file + " is a file.");
  }

  @Test
  void outputsThatAreNoProbabilities() {
    Network one = Network.builder(Shape.map(3, 8, 8)).flatten().dense(1).softmax().build();
    assertThatThrownBy(() -> NetworkTrainer.builder(one, Stripes.LABELS).build().fit(train))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A softmax over a single output is always 1");
    Network two = Network.builder(Shape.map(3, 8, 8)).flatten().dense(2).sigmoid().build();
    assertThatThrownBy(() -> NetworkTrainer.builder(two, Stripes.LABELS).build().fit(train))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("end the network in a softmax");
  }

  @Test
  void classWeightsForOtherClasses() {
    assertThatThrownBy(() -> network().classWeights(1, 2, 3).build().fit(train))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is one class weight for each of the 2 labels, not 3.");
  }

  @Test
  void schedulesThatClimb() {
    Schedule climbing =
        new Schedule() {
          @Override
          public double factor(long step, long totalSteps) {
            return 1 - step;
          }

          @Override
          public String toString() {
            return "falling";
          }
        };
    assertThatThrownBy(() -> network().schedule(climbing).build().fit(train))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but falling gives -1.0 at step 2 of 12.");
  }

  /** Nothing is computed by the frozen layers before it is known that training can start. */
  @Test
  void isRefusedBeforeTheFrozenLayersRun() throws IOException {
    AtomicInteger pictures = new AtomicInteger();
    try (PretrainedBackbone backbone = TinyBackbone.of(3)) {
      FeatureExtractor extractor =
          FeatureExtractor.builder(backbone)
              .progress((task, done, total, unit) -> pictures.set((int) done))
              .build();
      TrainedHead head = ClassifierHead.logisticRegression().build().fit(extractor.extract(train));
      pictures.set(0);
      assertThatThrownBy(
              () ->
                  FineTuner.builder(extractor, head)
                      .unfreezeAll()
                      .batchSize(8)
                      .keepBestEpoch()
                      .build()
                      .fit(train))
          .hasMessageContaining("give fit(...) validation data too");
      assertThat(pictures).hasValue(0);
    }
  }

  @Test
  void batchesOfOneSampleWhereStatisticsTrain() {
    FeatureSet features = CheckpointsTest.features();
    DenseHead.Builder head = CheckpointsTest.head().batchNormalization().epochs(1).batchSize(1);
    assertThatThrownBy(() -> head.build().fit(features))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("A batch of one sample has no variance");
    // 60 samples in batches of 59 leave one, which goes with the others.
    TrainedHead trained = head.batchSize(59).build().fit(features);
    for (float variance : trained.weights().get("head_bn/moving_variance").toArray()) {
      assertThat(variance).isNotEqualTo(1).isFinite();
    }
    head.batchSize(1).batchNorm(BatchNormPolicy.FROZEN_STATISTICS).build().fit(features);
  }

  /** The statistics of what is read are known: those of all samples, in one batch of 60. */
  @Test
  void aLoneLastSampleIsNoBatchOfTheStatisticsOfAnAverage() {
    FeatureSet features = CheckpointsTest.features();
    Network network =
        Network.builder("features", features.shape())
            .batchNormalization("head_bn", 1e-3)
            .dense("head_out", features.labels().size(), Activation.SOFTMAX)
            .build();
    TrainedHead trained =
        ClassifierHead.builder()
            .network(network)
            .epochs(2)
            .batchSize(59)
            .averaging(Averaging.swa(0.5))
            .build()
            .fit(features);
    float[] variance = trained.weights().get("head_bn/moving_variance").toArray();
    for (int j = 0; j < variance.length; j++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < features.size(); i++) {
        sum += features.features(i)[j];
        squares += features.features(i)[j] * (double) features.features(i)[j];
      }
      double mean = sum / features.size();
      assertThat((double) variance[j])
          .isCloseTo(squares / features.size() - mean * mean, withPercentage(0.01));
    }
  }

  @Test
  void weightsForOtherSamples() {
    assertThatThrownBy(
            () ->
                CheckpointsTest.head()
                    .sampleWeights(SampleWeights.of(1, 2))
                    .build()
                    .fit(CheckpointsTest.features()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is one weight for each of the 60 training samples, not 2.");
  }
}
