package org.finetune4j.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.feature.Pooling;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.EarlyStopping;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.log.EpochResult;
import org.finetune4j.train.log.FreezeReport;
import org.finetune4j.train.log.TrainingDivergedException;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTunerTest {
  @TempDir Path folder;

  private final ImageDataset train = Stripes.of(40, 1);
  private final ImageDataset validation = Stripes.of(20, 2);
  private final PretrainedBackbone backbone = TinyBackbone.of(3);
  private final FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
  private final TrainedHead head = head(extractor);

  private TrainedHead head(FeatureExtractor of) {
    try {
      return ClassifierHead.logisticRegression().penalties(0.1).build().fit(of.extract(train));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    backbone.close();
  }

  private FineTuner.Builder tuner() {
    return FineTuner.builder(extractor, head)
        .unfreezeFrom("block3_conv")
        .optimizer(Optimizer.adam(3e-3))
        .batchSize(8)
        .epochs(4)
        .seed(5);
  }

  @Test
  void learnsAndMovesOnlyWhatWasUnfrozen() throws IOException {
    FineTuneResult result = tuner().build().fit(train, validation);
    List<EpochResult> epochs = result.history().epochs();
    assertThat(epochs).hasSize(4);
    assertThat(epochs.get(3).loss()).isLessThan(epochs.get(0).loss());
    Weights before = backbone.weights().with(head.weights());
    List<String> moved = new ArrayList<>();
    result
        .weights()
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (!tensor.equals(before.get(name))) {
                moved.add(name);
              }
            });
    assertThat(moved)
        .containsExactlyInAnyOrder(
            "block3_conv/kernel",
            "block3_conv/bias",
            "block3_bn/gamma",
            "block3_bn/beta",
            "head_predictions/kernel",
            "head_predictions/bias");
    assertThat(result.freezeReport().trainable()).isEqualTo(16 * 12 * 9 + 16 + 32 + 32 + 2);
    try (ImageClassifier classifier = result.classifier()) {
      assertThat(classifier.evaluate(validation).accuracy())
          .isEqualTo(epochs.get(3).validationAccuracy().orElseThrow());
      assertThat(classifier.provenance().facts())
          .containsEntry("epochs", "4")
          .containsEntry(
              "validation_accuracy", "" + epochs.get(3).validationAccuracy().orElseThrow())
          .containsKeys("backbone", "training_data", "fine_tuning", "head_training_data");
    }
  }

  @Test
  void cachedActivationsGiveTheSameBits() throws IOException {
    FineTuneResult fresh = tuner().build().fit(train, validation);
    FeatureExtractor cached = FeatureExtractor.builder(backbone).cache(folder).build();
    for (int run = 0; run < 2; run++) {
      FineTuneResult again =
          FineTuner.builder(cached, head)
              .unfreezeFrom("block3_conv")
              .optimizer(Optimizer.adam(3e-3))
              .batchSize(8)
              .epochs(4)
              .seed(5)
              .build()
              .fit(train, validation);
      assertThat(again.weights()).isEqualTo(fresh.weights());
    }
  }

  @Test
  void trainsFromInsideABranchWithSeveralActivationsAtTheCut() throws IOException {
    FineTuneResult result = tuner().unfreezeFrom("block2_1_bn").build().fit(train, validation);
    assertThat(result.weights().get("block2_1_conv/kernel"))
        .isEqualTo(backbone.weights().get("block2_1_conv/kernel"));
    assertThat(result.weights().get("block2_1_bn/gamma"))
        .isNotEqualTo(backbone.weights().get("block2_1_bn/gamma"));
  }

  @Test
  void batchStatisticsMoveOnlyWhenAskedTo() throws IOException {
    String mean = "block3_bn/moving_mean";
    Tensor before = backbone.weights().get(mean);
    assertThat(tuner().build().fit(train).weights().get(mean)).isEqualTo(before);
    FineTuneResult moving = tuner().batchNorm(BatchNormPolicy.BATCH_STATISTICS).build().fit(train);
    assertThat(moving.weights().get(mean)).isNotEqualTo(before);
    int kernels = 16 * 12 * 9 + 16 + 32 + 2;
    assertThat(tuner().build().fit(train).freezeReport().trainable()).isEqualTo(kernels + 32);
    assertThat(moving.freezeReport().trainable()).isEqualTo(kernels + 64);
    FineTuneResult frozen = tuner().batchNorm(BatchNormPolicy.FROZEN).build().fit(train);
    assertThat(frozen.freezeReport().trainable()).isEqualTo(kernels);
    assertThat(frozen.weights().get("block3_bn/gamma"))
        .isEqualTo(backbone.weights().get("block3_bn/gamma"));
  }

  @Test
  void augmentationIsTheSameForTheSameSeed() throws IOException {
    FineTuner.Builder augmented =
        tuner().augmentation(Augmentation.builder().widthShift(0.1).horizontalFlip().build());
    Weights once = augmented.build().fit(train).weights();
    assertThat(augmented.build().fit(train).weights()).isEqualTo(once);
    assertThat(augmented.seed(6).build().fit(train).weights()).isNotEqualTo(once);
    assertThat(tuner().build().fit(train).weights()).isNotEqualTo(once);
  }

  @Test
  void unfreezesTheLastLayersOrAll() throws IOException {
    // The last two layers with weights are block3_bn and block3_conv.
    assertThat(tuner().unfreezeLast(2).build().fit(train).weights())
        .isEqualTo(tuner().build().fit(train).weights());
    FineTuneResult all = tuner().unfreezeAll().epochs(1).build().fit(train);
    assertThat(all.weights().get("block1_conv/kernel"))
        .isNotEqualTo(backbone.weights().get("block1_conv/kernel"));
  }

  @Test
  void endsInAMapOrAVectorAndAnOldNameWorks() throws IOException {
    FeatureExtractor map = FeatureExtractor.builder(backbone).pooling(Pooling.NONE).build();
    TrainedHead dense =
        ClassifierHead.builder()
            .hidden(8)
            .dropout(0.5)
            .sigmoid()
            .optimizer(Optimizer.adam(1e-2))
            .batchSize(8)
            .epochs(5)
            .build()
            .fit(map.extract(train));
    FineTuner.Builder tuner = FineTuner.builder(map, dense).epochs(1).seed(5);
    FineTuneResult result = tuner.unfreezeFrom("old_conv").build().fit(train);
    Weights before = backbone.weights().with(dense.weights());
    assertThat(result.weights().get("block2_1_conv/kernel"))
        .isEqualTo(before.get("block2_1_conv/kernel"));
    assertThat(result.weights().get("block3_conv/kernel"))
        .isNotEqualTo(before.get("block3_conv/kernel"));
    assertThat(result.weights().get("head_predictions/kernel"))
        .isNotEqualTo(before.get("head_predictions/kernel"));
    assertThat(tuner.unfreezeFrom("block3_conv").build().fit(train).weights())
        .isEqualTo(result.weights());
    try (ImageClassifier classifier = result.classifier()) {
      assertThat(classifier.network().output()).isEqualTo("head_predictions");
      assertThat(classifier.network().outputShape().elements()).isEqualTo(1); // a sigmoid
      assertThat(classifier.evaluate(validation).accuracy()).isGreaterThan(0.8);
    }
  }

  @Test
  void refusesWhatCannotBeMeant() throws IOException {
    assertThatThrownBy(() -> tuner().unfreezeFrom("input"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is the input, where nothing can be trained");
    assertThatThrownBy(() -> tuner().unfreezeFrom("block3_cnv"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Unknown layer 'block3_cnv' in TINY")
        .hasMessageContaining("Did you mean 'block3_conv'?");
    assertThatThrownBy(() -> FineTuner.builder(extractor, head).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Say which layers are trained");
    assertThatThrownBy(() -> tuner().unfreezeLast(99)).hasMessageContaining("not 99");
    FeatureExtractor earlier = FeatureExtractor.builder(backbone).layer("block2_add").build();
    assertThatThrownBy(() -> FineTuner.builder(earlier, head(earlier)).unfreezeFrom("block3_conv"))
        .hasMessageContaining("comes after 'block2_add'");
    assertThatThrownBy(() -> FineTuner.builder(earlier, head).unfreezeFrom("block2_0_conv").build())
        .hasMessageContaining("from another extractor");
    ImageDataset renamed = train.withLabels(Labels.of("vertical", "horizontal"));
    assertThatThrownBy(() -> tuner().build().fit(renamed))
        .hasMessageContaining("Training pictures have the labels");
    assertThatThrownBy(() -> tuner().earlyStopping(EarlyStopping.patience(1)).build().fit(train))
        .hasMessageContaining("look at the validation loss");
    assertThatThrownBy(() -> tuner().epochs(0)).hasMessageContaining("at least 1 epoch, not 0");
  }

  @Test
  void anUntrainedHeadIsTakenOnlyWhenToldSo() throws IOException {
    DenseHead dense = ClassifierHead.builder().hidden(8).seed(3).build();
    TrainedHead untrained = dense.untrained(extractor, train.labels());
    assertThat(untrained.isTrained()).isFalse();
    FineTuner.Builder both =
        FineTuner.builder(extractor, untrained)
            .unfreezeFrom("block3_conv")
            .optimizer(Optimizer.adam(3e-3))
            .batchSize(8);
    assertThatThrownBy(both::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The head has not been trained")
        .hasMessageContaining("allowUntrainedHead()");
    List<EpochResult> epochs = both.allowUntrainedHead().build().fit(train).history().epochs();
    assertThat(epochs.get(9).loss()).isLessThan(0.5 * epochs.get(0).loss());
    assertThat(dense.fit(extractor.extract(train)).isTrained()).isTrue();
    assertThat(head.isTrained()).isTrue();
    assertThatThrownBy(
            () ->
                ClassifierHead.builder()
                    .sigmoid()
                    .build()
                    .untrained(extractor, Labels.of("a", "b", "c")))
        .hasMessageContaining("A network for 3 labels ends in as many outputs");
  }

  @Test
  void aHeadCancelledBeforeItsFirstEpochEndedIsUntrained() throws IOException {
    Cancellation cancellation = new Cancellation();
    cancellation.request();
    TrainedHead stopped =
        ClassifierHead.builder().cancellation(cancellation).build().fit(extractor.extract(train));
    assertThat(stopped.isTrained()).isFalse();
  }

  @Test
  void aLossThatIsNoNumberStopsTheRun() {
    assertThatThrownBy(() -> tuner().optimizer(Optimizer.sgd(1e30)).build().fit(train, validation))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("at learning rate 1.0E30");
  }

  @Test
  void theFreezeProofCatchesAViolation() {
    Weights before = backbone.weights();
    Tensor kernel = before.get("block1_conv/kernel");
    float[] values = kernel.toArray();
    values[7] = Math.nextUp(values[7]);
    Weights after =
        before.with(
            Weights.builder().put("block1_conv/kernel", Tensor.of(values, kernel.shape())).build());
    assertThatThrownBy(
            () ->
                FreezeReport.check(backbone.network(), before, after, Set.of("block3_conv/kernel")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'block1_conv/kernel' changed in 1 of 216 values");
    FreezeReport allowed =
        FreezeReport.check(backbone.network(), before, after, Set.of("block1_conv/kernel"));
    assertThat(allowed.moved()).isEqualTo(1);
  }

  @Test
  void everyListenerHears() throws IOException {
    List<Integer> first = new ArrayList<>();
    List<Integer> second = new ArrayList<>();
    tuner().epochs(2).listener(hears(first)).listener(hears(second)).build().fit(train);
    assertThat(first).containsExactly(1, 2);
    assertThat(second).containsExactly(1, 2);
  }

  private static TrainingListener hears(List<Integer> epochs) {
    return new TrainingListener() {
      @Override
      public void epochFinished(EpochResult epoch) {
        epochs.add(epoch.epoch());
      }
    };
  }

  @Test
  void aHeadTakesRowsAndPicturesOfItsExtractor() throws IOException {
    Image image = validation.get(3).decode(extractor.decoder());
    float[] row = extractor.extract(image);
    float[] expected = head.probabilities(extractor.extract(validation))[3];
    assertThat(head.probabilities(row)).containsExactly(expected);
    assertThat(head.probabilities(extractor, image)).containsExactly(expected);
    FeatureSet brought = FeatureSet.of(new float[][] {row}, new int[] {0}, head.labels());
    assertThat(head.probabilities(brought)[0]).containsExactly(expected);
    FeatureExtractor other = FeatureExtractor.builder(backbone).pooling(Pooling.MAX).build();
    assertThatThrownBy(() -> head.probabilities(other, image))
        .hasMessageContaining("another extractor");
  }

  @Test
  void whatIsOddIsSaidInTheResult() throws IOException {
    List<String> heard = new ArrayList<>();
    FineTuneResult result =
        tuner()
            .optimizer(Optimizer.adam(0.5))
            .epochs(3)
            .listener(
                new TrainingListener() {
                  @Override
                  public void warned(String warning) {
                    heard.add(warning);
                  }
                })
            .build()
            .fit(train, train);
    assertThat(result.warnings())
        .isEqualTo(heard)
        .hasSize(2)
        .anySatisfy(
            it ->
                assertThat(it)
                    .contains("40 pictures are in train and validation with the same bytes"))
        .anySatisfy(
            it ->
                assertThat(it)
                    .startsWith("The loss rises: ")
                    .contains("The learning rate, 0.500, is too high"));
    assertThat(result.toString())
        .startsWith("3 epochs; the last: loss ")
        .contains("; validation: loss ", "; warning: 40 pictures", "frozen to the bit");

    try (ImageClassifier classifier = result.classifier()) {
      assertThat(classifier.evaluate(train).warnings())
          .singleElement()
          .asString()
          .contains("These are the 40 pictures that it was trained on");
      assertThat(classifier.evaluate(train).toString()).contains("\nWarning: These are the 40");
      assertThat(classifier.evaluate(validation).warnings()).isEmpty();
    }
    assertThat(tuner().epochs(1).build().fit(train, validation).warnings()).isEmpty();
  }
}
