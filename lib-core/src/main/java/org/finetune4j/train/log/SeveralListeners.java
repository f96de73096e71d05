package org.finetune4j.train.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Tells several listeners, in the order in which they were given. */
record SeveralListeners(List<TrainingListener> listeners) implements TrainingListener {
  SeveralListeners {
    listeners = List.copyOf(listeners);
  }

  private void tell(Consumer<TrainingListener> news) {
    listeners.forEach(news);
  }

  @Override
  public void stageStarted(Stage stage) {
    tell(it -> it.stageStarted(stage));
  }

  @Override
  public void boundaryCacheStarted(BoundaryCache cache) {
    tell(it -> it.boundaryCacheStarted(cache));
  }

  @Override
  public void batchFinished(BatchResult batch) {
    tell(it -> it.batchFinished(batch));
  }

  @Override
  public void epochFinished(EpochResult epoch) {
    tell(it -> it.epochFinished(epoch));
  }

  @Override
  public void checkpointWritten(Path file) {
    tell(it -> it.checkpointWritten(file));
  }

  @Override
  public void checkpointFailed(IOException cause) {
    tell(it -> it.checkpointFailed(cause));
  }

  @Override
  public void warned(String warning) {
    tell(it -> it.warned(warning));
  }

  @Override
  public void stageFinished(int stage, FreezeReport proof) {
    tell(it -> it.stageFinished(stage, proof));
  }

  @Override
  public void finished(TrainingHistory history) {
    tell(it -> it.finished(history));
  }

  @Override
  public List<String> warnings() {
    return listeners.stream().flatMap(it -> it.warnings().stream()).toList();
  }
}
