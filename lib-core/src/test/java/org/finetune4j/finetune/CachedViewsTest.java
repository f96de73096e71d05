package org.finetune4j.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.finetune4j.augment.Augmentation;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.progress.Progress;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.log.EpochResult;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedViewsTest {
  private static final int PICTURES = 40;
  private static final Augmentation CHANGES =
      Augmentation.builder().widthShift(0.2).horizontalFlip().build();

  @TempDir Path folder;

  private final ImageDataset train = Stripes.of(PICTURES, 1);
  private final PretrainedBackbone backbone = TinyBackbone.of(3);

  /** How many views the frozen layers have seen. */
  private final AtomicInteger run = new AtomicInteger();

  private FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
  private final TrainedHead head = head();

  @BeforeEach
  void start() {
    extractor = extractor((task, done, total, unit) -> run.set((int) done));
  }

  @AfterEach
  void close() {
    backbone.close();
  }

  private FeatureExtractor extractor(Progress progress) {
    return FeatureExtractor.builder(backbone)
        .cache(folder)
        .batchSize(16)
        .progress(progress)
        .build();
  }

  private TrainedHead head() {
    try {
      return ClassifierHead.logisticRegression()
          .penalties(0.1)
          .build()
          .fit(extractor.extract(train));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private FineTuner.Builder tuner(int epochs) {
    return FineTuner.builder(extractor, head)
        .unfreezeFrom("block3_conv")
        .augmentation(CHANGES)
        .optimizer(Optimizer.adam(3e-3))
        .batchSize(8)
        .epochs(epochs)
        .seed(5);
  }

  @Test
  void trainsAsIfTheFrozenLayersRanOnTheSameViewsInEveryEpoch() throws IOException {
    Weights uncached = tuner(3).build().fit(train).weights();
    Weights cached = tuner(3).cachedViews(3).build().fit(train).weights();
    assertThat(cached).isEqualTo(uncached);
    assertThat(run).hasValue(3 * PICTURES);
  }

  @Test
  void everyStageHasViewsOfItsOwnAtItsOwnBoundary() throws IOException {
    Weights uncached = staged().build().fit(train).weights();
    Weights cached = staged().cachedViews(2).build().fit(train).weights();
    assertThat(cached).isEqualTo(uncached);
    Weights oneView = staged().cachedViews(1).build().fit(train).weights();
    assertThat(oneView).isNotEqualTo(uncached);
  }

  private FineTuner.Builder staged() {
    return FineTuner.builder(extractor, head)
        .augmentation(CHANGES)
        .stages(
            FineTuneStage.head().epochs(2),
            FineTuneStage.from("block3_conv").epochs(2),
            FineTuneStage.from("block2_1_conv").epochs(2).optimizer(Optimizer.adam(1e-4)))
        .batchSize(8)
        .seed(5);
  }

  @Test
  void thePresetReadsCachedViewsToo() throws IOException {
    Weights uncached = preset().build().fit(train).weights();
    assertThat(preset().cachedViews(3).build().fit(train).weights()).isEqualTo(uncached);
  }

  private FineTuner.Builder preset() {
    return FineTuner.builder(extractor, head)
        .unfreezeFrom("block3_conv")
        .fineTune(3)
        .augmentation(CHANGES)
        .batchSize(8)
        .seed(5);
  }

  @Test
  void epochsBeyondTheViewsReadThemAgain() throws IOException {
    List<Double> fresh = losses(tuner(4));
    List<Double> twoViews = losses(tuner(4).cachedViews(2));
    assertThat(twoViews.subList(0, 2)).isEqualTo(fresh.subList(0, 2));
    assertThat(twoViews.get(2)).isNotEqualTo(fresh.get(2));
    assertThat(run).hasValue(2 * PICTURES);
  }

  private List<Double> losses(FineTuner.Builder tuner) throws IOException {
    return tuner.build().fit(train).history().epochs().stream().map(EpochResult::loss).toList();
  }

  @Test
  void moreViewsCostOnlyThoseThatAreNew() throws IOException {
    tuner(1).cachedViews(2).build().fit(train);
    run.set(0);
    tuner(1).cachedViews(2).build().fit(train);
    assertThat(run).hasValue(0);
    tuner(1).cachedViews(3).build().fit(train);
    assertThat(run).hasValue(PICTURES);
  }

  @Test
  void goesOnWhereItWasInterrupted() throws IOException {
    Weights undisturbed = tuner(2).cachedViews(2).build().fit(train).weights();
    AtomicInteger done = new AtomicInteger();
    extractor =
        extractor(
            (task, count, total, unit) -> {
              done.set((int) count);
              if (count >= 48) {
                throw new IllegalStateException("The power failed.");
              }
            });
    FineTuner interrupted = tuner(2).seed(6).cachedViews(2).build();
    assertThatThrownBy(() -> interrupted.fit(train)).hasMessage("The power failed.");
    assertThat(done).hasValue(48);
    extractor = extractor((task, count, total, unit) -> run.set((int) count));
    tuner(2).seed(6).cachedViews(2).build().fit(train);
    assertThat(run).hasValue(2 * PICTURES - 48);
    assertThat(tuner(2).cachedViews(2).build().fit(train).weights()).isEqualTo(undisturbed);
  }

  @Test
  void isCancelledWhileTheFrozenLayersRun() throws IOException {
    Cancellation cancellation = new Cancellation();
    FeatureExtractor watched =
        extractor(
            (task, done, total, unit) -> {
              if (task.contains("frozen") && done > 0) {
                cancellation.request();
              }
            });
    FineTuneResult result =
        FineTuner.builder(watched, head)
            .unfreezeFrom("block3_conv")
            .augmentation(CHANGES)
            .cachedViews(3)
            .batchSize(8)
            .seed(5)
            .cancellation(cancellation)
            .build()
            .fit(train);
    assertThat(result.history().epochs()).isEmpty();
    // What had run is kept: the next run has less to do.
    assertThat(tuner(1).cachedViews(3).build().fit(train).history().epochs()).hasSize(1);
    assertThat(run.get()).isBetween(1, 3 * PICTURES - 1);
  }

  @Test
  void announcesTheSizeBeforeAnythingRuns() throws IOException {
    List<String> heard = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void boundaryCacheStarted(BoundaryCache cache) {
            heard.add(cache + ", " + run.get() + " done");
          }
        };
    tuner(1).cachedViews(2).listener(listener).build().fit(train);
    // What crosses the cut is block2_add: 12 maps of 8x8 floats.
    long bytes = 2L * PICTURES * 12 * 8 * 8 * Float.BYTES;
    assertThat(heard)
        .containsExactly(
            "BoundaryCache[pictures=40, views=2, bytes=" + bytes + ", onDisk=true], 0 done");
  }

  @Test
  void refusesWhatCannotBeKept() {
    assertThatThrownBy(() -> tuner(1).cachedViews(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is at least 1 view, not 0.");
    FineTuner.Builder mixing = tuner(1).cachedViews(2).mixing(Mixing.mixUp(0.2));
    assertThatThrownBy(mixing::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("mixing(...) or cachedViews(...), not both");
    FineTuner.Builder plain =
        FineTuner.builder(extractor, head).unfreezeFrom("block3_conv").cachedViews(2);
    assertThatThrownBy(plain::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("augmentation(...)");
    extractor = FeatureExtractor.builder(backbone).build();
    FineTuner.Builder homeless = tuner(1).cachedViews(2);
    assertThatThrownBy(homeless::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("FeatureExtractor.builder(backbone).cache(folder)");
  }
}
