package org.finetune4j.train.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.feature.FeatureSet;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.tensorboard.EventFileTest;
import org.finetune4j.train.CheckpointsTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardListenerTest {
  @TempDir Path folder;

  private TrainedHead fit(Cancellation cancellation) {
    FeatureSet features = CheckpointsTest.features();
    return CheckpointsTest.head()
        .checkpoints(folder.resolve("checkpoints"))
        .cancellation(cancellation)
        .metric(EpochMetric.topK(2))
        .metric(EpochMetric.of("log_loss", evaluation -> evaluation.logLoss()))
        .listener(TrainingListener.tensorBoard(folder.resolve("logs")))
        .listener(TrainingListener.jsonLines(folder.resolve("log.jsonl")))
        .listener(
            new TrainingListener() {
              @Override
              public void epochFinished(EpochResult epoch) {
                if (epoch.epoch() == 3) {
                  cancellation.request();
                }
              }
            })
        .build()
        .fit(features, features);
  }

  @Test
  void whatCouldNotBeWrittenStandsInTheWarningsOfTheTraining() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[1]);
    TrainedHead trained =
        CheckpointsTest.head()
            .listener(TrainingListener.csv(file.resolve("log.csv")))
            .listener(TrainingListener.tensorBoard(file))
            .build()
            .fit(CheckpointsTest.features(), CheckpointsTest.features());
    assertThat(trained.warnings())
        .filteredOn(it -> it.contains("missing"))
        .hasSize(2)
        .allSatisfy(it -> assertThat(it).startsWith("Epochs 1 to 6, 6 of them, are missing in "))
        .anySatisfy(it -> assertThat(it).contains("the training log " + file.resolve("log.csv")));
  }

  @Test
  void showsTheEpochsOfARunThatWentOnOnceEach() throws IOException {
    Cancellation first = new Cancellation();
    fit(first);
    // The epoch after the last checkpoint was logged, but is trained anew.
    try (var files = Files.list(folder.resolve("checkpoints"))) {
      Path last =
          files
              .filter(it -> it.toString().contains("checkpoint-01-000003"))
              .findFirst()
              .orElseThrow();
      Files.delete(last);
    }
    TrainedHead trained = fit(new Cancellation());
    if (trained.history().epochs().size() < 6) {
      trained = fit(new Cancellation());
    }
    List<EpochResult> epochs = trained.history().epochs();
    assertThat(epochs).hasSize(6);
    Map<String, Map<Long, Float>> train = EventFileTest.scalars(folder.resolve("logs/train"));
    Map<String, Map<Long, Float>> validation =
        EventFileTest.scalars(folder.resolve("logs/validation"));
    assertThat(train.keySet())
        .containsExactly("epoch_accuracy", "epoch_learning_rate", "epoch_loss");
    assertThat(validation.keySet())
        .containsExactly("epoch_accuracy", "epoch_log_loss", "epoch_loss", "epoch_top2");
    List<String> lines = Files.readAllLines(folder.resolve("log.jsonl"));
    assertThat(lines).hasSize(6);
    for (EpochResult epoch : epochs) {
      long step = epoch.epoch();
      assertThat(of(train, "epoch_loss", step)).isEqualTo((float) epoch.loss());
      assertThat(of(validation, "epoch_loss", step))
          .isEqualTo((float) epoch.validationLoss().orElseThrow());
      assertThat(epoch.metrics().keySet()).containsExactly("top2", "log_loss");
      assertThat(of(validation, "epoch_top2", step))
          .isEqualTo(epoch.metrics().getOrDefault("top2", -1.0).floatValue());
      assertThat(epoch.metrics().getOrDefault("log_loss", -1.0))
          .as("the loss of the epoch is computed in another way")
          .isCloseTo(epoch.validationLoss().orElseThrow(), within(1e-5));
      assertThat(lines.get(epoch.epoch() - 1)).contains(",\"top2\":", ",\"log_loss\":");
    }
  }

  private static float of(Map<String, Map<Long, Float>> curves, String tag, long step) {
    return Objects.requireNonNull(Objects.requireNonNull(curves.get(tag)).get(step));
  }

  @Test
  void aLineThatAKilledProcessLeftUnfinishedIsWrittenAnew() throws IOException {
    Path log = folder.resolve("log.csv");
    FeatureSet features = CheckpointsTest.features();
    CheckpointsTest.head().listener(TrainingListener.csv(log)).build().fit(features);
    List<String> whole = Files.readAllLines(log);
    Path checkpoints = folder.resolve("ck");
    CheckpointsTest.head().epochs(6).checkpoints(checkpoints).build().fit(features);
    try (var files = Files.list(checkpoints)) {
      for (Path file : files.filter(it -> it.toString().contains("000006")).toList()) {
        Files.delete(file);
      }
    }
    for (String cut : List.of("1", "1,6", whole.get(6).substring(0, 9))) {
      Files.writeString(log, String.join("\n", whole.subList(0, 6)) + "\n" + cut);
      CheckpointsTest.head()
          .checkpoints(checkpoints)
          .listener(TrainingListener.csv(log))
          .build()
          .fit(features);
      List<String> lines = Files.readAllLines(log);
      assertThat(lines).hasSize(7);
      assertThat(lines.get(6)).startsWith("1,6,");
      try (var files = Files.list(checkpoints)) {
        for (Path file : files.filter(it -> it.toString().contains("000006")).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Test
  void namesThatLogsCannotHoldAreRefused() {
    assertThatThrownBy(() -> EpochMetric.of("a,b", evaluation -> 0))
        .hasMessage("The name of a metric has letters, digits and underscores, unlike 'a,b'.");
  }
}
