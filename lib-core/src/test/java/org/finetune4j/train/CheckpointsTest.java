package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune4j.data.Labels;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir Path folder;

  static FeatureSet features() {
    CounterRandom random = CounterRandom.of(9);
    float[][] rows = new float[60][6];
    int[] targets = new int[60];
    for (int i = 0; i < 60; i++) {
      targets[i] = i % 3;
      for (int j = 0; j < 6; j++) {
        rows[i][j] = random.nextFloat() + (j == targets[i] ? 0.4f : 0);
      }
    }
    return FeatureSet.of(rows, targets, Labels.of("a", "b", "c"));
  }

  static DenseHead.Builder head() {
    return ClassifierHead.builder()
        .hidden(16)
        .dropout(0.3)
        .optimizer(Optimizer.adam(1e-2))
        .batchSize(16)
        .epochs(6)
        .seed(4);
  }

  private Weights interruptedAfter(int epochs) {
    Cancellation cancellation = new Cancellation();
    head()
        .checkpoints(folder)
        .cancellation(cancellation)
        .listener(
            new TrainingListener() {
              @Override
              public void epochFinished(EpochResult epoch) {
                if (epoch.epoch() == epochs) {
                  cancellation.request();
                }
              }
            })
        .build()
        .fit(features(), features());
    return head().checkpoints(folder).build().fit(features(), features()).weights();
  }

  @Test
  void aResumedRunEndsWithTheSameBits() {
    TrainedHead whole = head().build().fit(features(), features());
    assertThat(interruptedAfter(2)).isEqualTo(whole.weights());
  }

  @Test
  void resumesTheBestEpochToo() {
    Weights whole = head().keepBestEpoch().build().fit(features(), features()).weights();
    Cancellation cancellation = new Cancellation();
    head()
        .keepBestEpoch()
        .checkpoints(folder)
        .cancellation(cancellation)
        .listener(
            new TrainingListener() {
              @Override
              public void checkpointWritten(Path file) {
                cancellation.request();
              }
            })
        .build()
        .fit(features(), features());
    TrainedHead resumed =
        head().keepBestEpoch().checkpoints(folder).build().fit(features(), features());
    assertThat(resumed.weights()).isEqualTo(whole);
    assertThat(resumed.history().epochs()).hasSize(6);
  }

  @Test
  void aDamagedLastCheckpointLeavesTheOneBefore() throws IOException {
    TrainedHead whole = head().build().fit(features(), features());
    interruptedAfter(3);
    List<Path> files = files();
    assertThat(files).hasSize(2);
    byte[] bytes = Files.readAllBytes(files.get(1));
    bytes[bytes.length / 2] ^= 1;
    Files.write(files.get(1), bytes);
    TrainedHead resumed = head().checkpoints(folder).build().fit(features(), features());
    assertThat(resumed.weights()).isEqualTo(whole.weights());
    Files.write(files.get(1), new byte[3]);
    assertThat(head().checkpoints(folder).build().fit(features(), features()).weights())
        .isEqualTo(whole.weights());
  }

  @Test
  void anotherRunsCheckpointIsRefused() {
    head().checkpoints(folder).build().fit(features(), features());
    assertThatThrownBy(
            () ->
                head()
                    .optimizer(Optimizer.adam(2e-2))
                    .checkpoints(folder)
                    .build()
                    .fit(features(), features()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("belongs to a run with other settings");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
