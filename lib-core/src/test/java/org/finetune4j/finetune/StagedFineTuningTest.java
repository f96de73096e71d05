package org.finetune4j.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.optimize.AdamW;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.log.EpochResult;
import org.finetune4j.train.log.FreezeReport;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StagedFineTuningTest {
  @TempDir Path folder;

  private final ImageDataset train = Stripes.of(24, 1);
  private final ImageDataset validation = Stripes.of(10, 2);
  private final PretrainedBackbone backbone = TinyBackbone.of(3);
  private final FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
  private final TrainedHead head =
      ClassifierHead.builder().hidden(6).dropout(0.2).build().untrained(extractor, train.labels());

  @AfterEach
  void close() {
    backbone.close();
  }

  private FineTuner.Builder staged() {
    return FineTuner.builder(extractor, head)
        .stages(
            FineTuneStage.head().epochs(2).optimizer(Optimizer.adam(1e-2)),
            FineTuneStage.from("block3_conv").epochs(1).schedule(Schedule.cosine()),
            FineTuneStage.from("block2_0_conv").layerDecay(0.5))
        .optimizer(Optimizer.adam(1e-3))
        .epochs(2)
        .batchSize(8)
        .seed(7);
  }

  /** Once for what they are (checkpoints, cache, provenance), once for the pixels of each cut. */
  @Test
  void picturesAreReadOncePerPurpose() throws IOException {
    ConcurrentMap<String, Integer> reads = new ConcurrentHashMap<>();
    List<LabeledImage> counted = new ArrayList<>();
    for (LabeledImage image : train.images()) {
      byte[] png = image.encoded();
      counted.add(
          LabeledImage.of(
              image.name(),
              png.length + 1000L * counted.size(),
              () -> {
                reads.merge(image.name(), 1, Integer::sum);
                return png;
              },
              image.target()));
    }
    ImageDataset pictures = ImageDataset.of(train.labels(), counted);
    FeatureExtractor cached = extractor.toBuilder().cache(folder.resolve("rows")).build();
    for (String run : List.of("first", "second")) {
      reads.clear();
      FineTuner.builder(cached, head)
          .stages(FineTuneStage.head(), FineTuneStage.from("block3_conv"))
          .epochs(2)
          .checkpoints(folder.resolve(run))
          .build()
          .fit(pictures);
      assertThat(reads).hasSize(24);
      assertThat(reads.values()).containsOnly(run.equals("first") ? 3 : 1);
    }
  }

  @Test
  void eachStageTrainsItsLayersWithItsSettings() throws IOException {
    List<TrainingListener.Stage> started = new ArrayList<>();
    List<FreezeReport> heard = new ArrayList<>();
    FineTuneResult result =
        staged()
            .listener(
                new TrainingListener() {
                  @Override
                  public void stageStarted(Stage stage) {
                    started.add(stage);
                  }

                  @Override
                  public void stageFinished(int stage, FreezeReport proof) {
                    heard.add(proof);
                  }
                })
            .build()
            .fit(train, validation);
    assertThat(result.history().epochs())
        .extracting(EpochResult::stage)
        .containsExactly(1, 1, 2, 3, 3);
    assertThat(result.history().epochs())
        .extracting(EpochResult::epoch)
        .containsExactly(1, 2, 1, 1, 2);
    // The cosine of stage 2 has three steps: its last rate is (1 + cos(2/3 pi)) / 2 of the peak.
    assertThat(result.history().epochs().get(0).learningRate()).isEqualTo(1e-2);
    assertThat(result.history().epochs().get(2).learningRate()).isCloseTo(2.5e-4, within(1e-12));
    assertThat(result.history().epochs().get(3).learningRate()).isEqualTo(1e-3);

    long ofHead = 16 * 6 + 6 + 6 * 2 + 2;
    long ofBlock3 = 16 * 12 * 9 + 16 + 16 + 16;
    // In Keras's order the other branch's convolution comes before block2_0_conv and stays frozen.
    long ofBlock2 = 8 * 12 + 12 + 24 + 24;
    long otherBranch = 8 * 12 * 9 + 12;
    assertThat(result.freezeReports())
        .extracting(FreezeReport::trainable)
        .containsExactly(ofHead, ofHead + ofBlock3, ofHead + ofBlock3 + ofBlock2);
    assertThat(started)
        .extracting(TrainingListener.Stage::trainableParameters)
        .containsExactly(ofHead, ofHead + ofBlock3, ofHead + ofBlock3 + ofBlock2);
    assertThat(started)
        .extracting(TrainingListener.Stage::name)
        .containsExactly("from head_dense on", "from block3_conv on", "from block2_0_conv on");
    assertThat(heard).isEqualTo(result.freezeReports());
    assertThat(result.freezeReport()).isEqualTo(result.freezeReports().get(2));
    // Frozen besides: the first block and the statistics of three batch normalizations.
    assertThat(result.freezeReport().frozen())
        .isEqualTo(otherBranch + 3 * 8 * 9 + 8 + 2 * (12 + 12 + 16));
    assertThat(result.weights().get("block1_conv/kernel"))
        .isEqualTo(backbone.weights().get("block1_conv/kernel"));
  }

  /** Whatever checkpoint a run is interrupted behind, the same bits come out in the end. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void goesOnInsideAnEpochAndAcrossStages(int checkpoints) throws IOException {
    FineTuneResult whole = withEverything().build().fit(train, validation);
    Cancellation cancellation = new Cancellation();
    FineTuneResult interrupted =
        withEverything()
            .checkpoints(folder)
            .checkpointEverySteps(2)
            .cancellation(cancellation)
            .listener(
                new TrainingListener() {
                  private int written;

                  @Override
                  public void checkpointWritten(Path file) {
                    written++;
                    if (written == checkpoints) {
                      cancellation.request();
                    }
                  }
                })
            .build()
            .fit(train, validation);
    FineTuneResult resumed =
        withEverything().checkpoints(folder).checkpointEverySteps(2).build().fit(train, validation);
    assertThat(resumed.weights()).isEqualTo(whole.weights());
    assertThat(resumed.freezeReports()).isEqualTo(whole.freezeReports());
    assertThat(withoutTimes(resumed)).isEqualTo(withoutTimes(whole));
    // Ten checkpoints: five after steps, five after epochs.
    assertThat(interrupted.history().epochs().size()).isLessThan(checkpoints == 10 ? 6 : 5);
  }

  @Test
  void theConsoleShowsEveryStageAndItsProof() throws IOException {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
    FineTuneResult result =
        staged().listener(TrainingListener.console(out)).build().fit(train, validation);
    String text = shown.toString(StandardCharsets.UTF_8);
    assertThat(text)
        .contains("Stage 1/3, from head_dense on: ", "Stage 1/3, epoch 1/", "Stage 2/3, epoch 1/");
    assertThat(text.split("[\r\n]+", -1))
        .anySatisfy(line -> assertThat(line).matches("  loss .* validation: loss .*"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
    result.freezeReports().forEach(proof -> assertThat(text).contains(proof.toString()));
  }

  /** Who cancels and fits again gets what was learned, not the start. */
  @Test
  void aCancelledRunThatIsFittedAgainGivesItsCheckpoint() throws IOException {
    Cancellation cancellation = new Cancellation();
    FineTuner tuner =
        staged()
            .checkpoints(folder)
            .cancellation(cancellation)
            .listener(
                new TrainingListener() {
                  @Override
                  public void checkpointWritten(Path file) {
                    if (file.getFileName().toString().startsWith("checkpoint-02-000001")) {
                      cancellation.request();
                    }
                  }
                })
            .build();
    FineTuneResult cancelled = tuner.fit(train, validation);
    assertThat(cancelled.history().epochs()).extracting(EpochResult::stage).endsWith(2);
    FineTuneResult again = tuner.fit(train, validation);
    assertThat(again.weights()).isEqualTo(cancelled.weights());
    assertThat(again.freezeReports()).isEqualTo(cancelled.freezeReports());
    assertThatThrownBy(() -> staged().epochs(3).checkpoints(folder).build().fit(train, validation))
        .hasMessageContaining("belongs to another run: stage 3: epochs was 2, is now 3. Choose");
  }

  private FineTuner.Builder withEverything() {
    return staged()
        .optimizer(Optimizer.sgd(1e-2).momentum(0.9))
        .batchNorm(BatchNormPolicy.BATCH_STATISTICS)
        .mixing(Mixing.mixUp(0.4))
        .augmentation(Augmentation.builder().horizontalFlip().widthShift(0.1).build())
        .keepBestEpoch();
  }

  private static List<List<Object>> withoutTimes(FineTuneResult result) {
    return result.history().epochs().stream()
        .map(
            it ->
                List.<Object>of(
                    it.stage(),
                    it.epoch(),
                    it.learningRate(),
                    it.loss(),
                    it.accuracy(),
                    it.validationLoss(),
                    it.validationAccuracy()))
        .toList();
  }

  @Test
  void thePresetTrainsTheHeadAndThenEverythingSlowerTowardsTheInput() throws IOException {
    List<StagePlan> stages =
        FineTuner.builder(extractor, head).batchSize(6).fineTune(3).build().stages();
    assertThat(stages).extracting(StagePlan::first).containsExactly("head_dense", "block1_conv");
    assertThat(stages).extracting(it -> it.options().epochs()).containsExactly(1, 3);
    assertThat(stages).extracting(it -> it.options().batchSize()).containsExactly(6, 6);
    AdamW first = (AdamW) stages.get(0).options().optimizer();
    AdamW second = (AdamW) stages.get(1).options().optimizer();
    assertThat(first.learningRate()).isEqualTo(2e-3);
    assertThat(second.learningRate()).isCloseTo(1e-4, within(1e-18));
    assertThat(second.weightDecay()).isEqualTo(0.01);
    // Six layers with kernels: four convolutions and two dense layers.
    assertThat(Math.pow(stages.get(1).options().layerDecay(), 5)).isCloseTo(0.01, within(1e-12));
    Schedule cycle = stages.get(1).options().schedule();
    assertThat(cycle.factor(0, 100)).isCloseTo(0.2, within(1e-12));
    assertThat(cycle.factor(30, 100)).isCloseTo(1, within(1e-12));

    FineTuneResult result =
        FineTuner.builder(extractor, head)
            .unfreezeFrom("block3_conv")
            .fineTune(12, 2e-2)
            .batchSize(4)
            .build()
            .fit(train, validation);
    List<EpochResult> epochs = result.history().epochs();
    assertThat(epochs).hasSize(13);
    assertThat(epochs.get(12).loss()).isLessThan(epochs.get(0).loss());
    assertThat(result.weights().get("block2_0_conv/kernel"))
        .isEqualTo(backbone.weights().get("block2_0_conv/kernel"));
  }

  @Test
  void stagesShareASeedButNoRandomNumbers() throws IOException {
    FineTuner.Builder once = FineTuner.builder(extractor, head).batchSize(8).seed(7);
    Weights two =
        once.stages(FineTuneStage.head().epochs(1), FineTuneStage.head().epochs(1))
            .build()
            .fit(train)
            .weights();
    Weights twoOfOne = once.stages(FineTuneStage.head().epochs(2)).build().fit(train).weights();
    assertThat(two).isNotEqualTo(twoOfOne);
  }

  @Test
  void refusesPlansThatCannotBeMeant() {
    FineTuner.Builder tuner = FineTuner.builder(extractor, head);
    assertThatThrownBy(tuner::stages).hasMessageContaining("at least one stage");
    assertThatThrownBy(() -> FineTuneStage.head().epochs(0))
        .hasMessage("A stage takes at least 1 epoch, not 0.");
    assertThatThrownBy(() -> tuner.fineTune(0)).hasMessageContaining("at least 1 epoch, not 0");
    assertThatThrownBy(() -> tuner.fineTune(1, -1))
        .hasMessage("A base learning rate is a number above 0, not -1.0.");
    assertThatThrownBy(
            () ->
                tuner
                    .stages(FineTuneStage.from("block2_0_conv"), FineTuneStage.from("block3_conv"))
                    .allowUntrainedHead()
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Each stage trains at least what the stage before it trained")
        .hasMessageContaining("stage 2 trains from 'block3_conv' on and stage 1 from");
    assertThatThrownBy(() -> tuner.unfreezeAll().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("What is trained is said once");
    assertThatThrownBy(
            () -> FineTuner.builder(extractor, head).stages(FineTuneStage.last(1)).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start with FineTuneStage.head()");
    assertThatThrownBy(
            () ->
                FineTuner.builder(extractor, head)
                    .stages(FineTuneStage.head(), FineTuneStage.from("block9"))
                    .build())
        .hasMessageContaining("Unknown layer 'block9' in TINY");
    assertThatThrownBy(
            () ->
                FineTuner.builder(extractor, head)
                    .stages(FineTuneStage.head(), FineTuneStage.all().layerDecay(2))
                    .build())
        .hasMessageContaining("A layer decay is above 0 and at most 1, not 2.0.");
    assertThatThrownBy(() -> staged().checkpointEverySteps(5).build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checkpoints(folder) says where");
    assertThatThrownBy(() -> staged().checkpointEverySteps(0))
        .hasMessage("Checkpoints are at least 1 step apart, not 0.");
  }

  @Test
  void refusesOptionsThatNoStageWouldLookAt() {
    assertThatThrownBy(
            () ->
                FineTuner.builder(extractor, head)
                    .fineTune(1)
                    .optimizer(Optimizer.sgd(1))
                    .epochs(5)
                    .schedule(Schedule.cosine())
                    .layerDecay(0.5)
                    .batchSize(4)
                    .build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "These options of the builder would be lost: epochs, layerDecay, optimizer, schedule."
                + " fineTune(epochs, baseRate) decides them itself");
    assertThatThrownBy(
            () ->
                FineTuner.builder(extractor, head)
                    .stages(FineTuneStage.head().epochs(1), FineTuneStage.all().epochs(2))
                    .optimizer(Optimizer.sgd(1))
                    .epochs(5)
                    .build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("These options of the builder would be lost: epochs. Every stage");
    FineTuner.builder(extractor, head)
        .stages(FineTuneStage.head().epochs(1), FineTuneStage.all())
        .epochs(5)
        .build();
  }

  @Test
  void aBlockInTheMiddleTrainsAloneWithTheGradientsThatItHasAmongOthers() throws IOException {
    FineTuneStage block = FineTuneStage.between("block2_0_conv", "block2_0_conv");
    Weights surgical = once(block);
    Weights all = once(FineTuneStage.from("block2_0_conv"));
    Weights before = backbone.weights().with(head.weights());
    Set<String> moved = new TreeSet<>();
    surgical
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (!tensor.equals(before.get(name))) {
                moved.add(name);
                assertThat(tensor).as(name).isEqualTo(all.get(name));
              }
            });
    assertThat(moved).contains("block2_0_conv/kernel").allMatch(it -> it.startsWith("block2_0_"));
  }

  /** Makes a single step with all samples. */
  private Weights once(FineTuneStage stage) throws IOException {
    return FineTuner.builder(extractor, head)
        .stages(stage)
        .allowUntrainedHead()
        .optimizer(Optimizer.sgd(0.1))
        .epochs(1)
        .batchSize(100)
        .build()
        .fit(train)
        .weights();
  }

  @Test
  void theHeadKeepsWhatItLearnedWhileABlockTrains() throws IOException {
    FineTuneStage first = FineTuneStage.head().optimizer(Optimizer.adam(1e-2)).epochs(2);
    FineTuneStage second =
        FineTuneStage.between("block2_0_conv", "block3_conv")
            .optimizer(Optimizer.adam(1e-3))
            .epochs(2);
    FineTuneResult probed =
        FineTuner.builder(extractor, head).stages(first).batchSize(8).build().fit(train);
    FineTuneResult both =
        FineTuner.builder(extractor, head)
            .stages(first, second)
            .batchNorm(BatchNormPolicy.BATCH_STATISTICS)
            .batchSize(8)
            .build()
            .fit(train);
    assertThat(both.weights().get("head_dense/kernel"))
        .isEqualTo(probed.weights().get("head_dense/kernel"))
        .isNotEqualTo(head.weights().get("head_dense/kernel"));
    assertThat(both.freezeReports()).hasSize(2);
    assertThat(both.freezeReport().moved()).isGreaterThan(probed.freezeReport().moved());
    assertThatThrownBy(
            () ->
                FineTuner.builder(extractor, head)
                    .stages(first, FineTuneStage.between("block3_conv", "block2_0_conv"))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'block2_0_conv' comes before 'block3_conv'");
  }
}
