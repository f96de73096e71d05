package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.random.CounterRandom;
import org.finetune4j.target.Labels;
import org.finetune4j.testing.LogCapture;
import org.finetune4j.train.log.EpochResult;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class CheckpointsTest {
  @TempDir Path folder;

  public static FeatureSet features() {
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

  public static DenseHead.Builder head() {
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
  void whatAKilledWriterLeftBehindIsRemoved() throws IOException {
    Path unfinished =
        Files.write(folder.resolve("checkpoint-01-000001-000000.bin.1a.part"), new byte[9]);
    Path foreign = Files.write(folder.resolve("notes.part"), new byte[9]);
    head().checkpoints(folder).build().fit(features(), features());
    assertThat(unfinished).doesNotExist();
    assertThat(foreign).exists();
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
    try (LogCapture log = new LogCapture()) {
      TrainedHead resumed = head().checkpoints(folder).build().fit(features(), features());
      assertThat(resumed.weights()).isEqualTo(whole.weights());
      assertThat(log.take())
          .contains("The checkpoint " + files.get(1) + " is damaged. Trying the checkpoint before");
      assertThat(resumed.warnings())
          .contains(
              "The checkpoint " + files.get(1) + " is damaged. Trying the checkpoint before it.");
    }
    Files.write(files.get(1), new byte[3]);
    assertThat(head().checkpoints(folder).build().fit(features(), features()).weights())
        .isEqualTo(whole.weights());
  }

  @Test
  void aDiskThatGetsFullCostsCheckpointsNotTheRun() throws IOException {
    TrainedHead whole = head().build().fit(features(), features());
    try (FileSystem disk = disk()) {
      Path checkpoints = disk.getPath("checkpoints");
      Path filler = disk.getPath("filler");
      List<Path> written = new ArrayList<>();
      List<IOException> failed = new ArrayList<>();
      TrainedHead trained =
          head()
              .checkpoints(checkpoints)
              .listener(
                  new TrainingListener() {
                    @Override
                    public void checkpointWritten(Path file) {
                      written.add(file);
                      if (written.size() == 2) {
                        fill(filler);
                      }
                    }

                    @Override
                    public void checkpointFailed(IOException cause) {
                      failed.add(cause);
                    }
                  })
              .build()
              .fit(features(), features());
      assertThat(trained.weights()).isEqualTo(whole.weights());
      assertThat(written).hasSize(2);
      assertThat(trained.warnings())
          .filteredOn(it -> it.startsWith("A checkpoint could not be written: "))
          .singleElement(InstanceOfAssertFactories.STRING)
          .endsWith("out of disk space. The last one stays " + written.get(1) + ".");
      assertThat(failed)
          .hasSize(4)
          .allSatisfy(it -> assertThat(it).hasMessage("out of disk space"));

      // The two from before are whole, nothing half written lies beside them, and they go on.
      try (Stream<Path> files = Files.list(checkpoints)) {
        assertThat(files).containsExactlyInAnyOrderElementsOf(written);
      }
      Files.delete(filler);
      List<Integer> epochs = new ArrayList<>();
      TrainedHead resumed =
          head()
              .checkpoints(checkpoints)
              .listener(
                  new TrainingListener() {
                    @Override
                    public void epochFinished(EpochResult epoch) {
                      epochs.add(epoch.epoch());
                    }
                  })
              .build()
              .fit(features(), features());
      assertThat(epochs).containsExactly(3, 4, 5, 6);
      assertThat(resumed.weights()).isEqualTo(whole.weights());
    }
  }

  @Test
  void aFirstCheckpointThatCannotBeWrittenEndsTheRun() throws IOException {
    try (FileSystem disk = disk()) {
      fill(disk.getPath("filler"));
      DenseHead head = head().checkpoints(disk.getPath("checkpoints")).build();
      assertThatThrownBy(() -> head.fit(features(), features()))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("A checkpoint could not be read or written")
          .hasStackTraceContaining("out of disk space");
    }
  }

  /** A disk of 256 KB. */
  private static FileSystem disk() {
    return Jimfs.newFileSystem(
        Configuration.unix().toBuilder().setBlockSize(1024).setMaxSize(256 * 1024).build());
  }

  /** Leaves one block: a checkpoint is begun, but not finished. */
  private static void fill(Path filler) {
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (Files.getFileStore(filler).getUnallocatedSpace() > 1024) {
        out.write(new byte[1024]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
        .hasMessageContaining(
            " belongs to another run: optimizer.learningRate was 0.01, is now 0.02. Choose another")
        .hasMessageContaining("folder, or delete it to start anew.");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
