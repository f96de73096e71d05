package org.finetune4j.train.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune4j.tensorboard.EventFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the curves of a training as TensorBoard reads them: runs {@code train} and {@code
 * validation}, of a staged plan in a folder for each stage, with Keras's tags.
 */
final class TensorBoardListener implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(TensorBoardListener.class);

  private final Path folder;
  private final Map<Path, EventFile> files = new HashMap<>();
  private final MissingEpochs missing = new MissingEpochs();
  private int stages = 1;

  TensorBoardListener(Path folder) {
    this.folder = folder;
  }

  @Override
  public void stageStarted(Stage stage) {
    stages = stage.stages();
    files.clear();
  }

  @Override
  public void epochFinished(EpochResult epoch) {
    Path runs = stages > 1 ? folder.resolve("stage-" + epoch.stage()) : folder;
    try {
      EventFile train = file(runs.resolve("train"), epoch);
      train.scalar("epoch_loss", epoch.epoch(), epoch.loss());
      train.scalar("epoch_" + measure(epoch), epoch.epoch(), epoch.accuracy());
      train.scalar("epoch_learning_rate", epoch.epoch(), epoch.learningRate());
      if (epoch.validationLoss().isPresent()) {
        EventFile validation = file(runs.resolve("validation"), epoch);
        validation.scalar("epoch_loss", epoch.epoch(), epoch.validationLoss().getAsDouble());
        validation.scalar(
            "epoch_" + measure(epoch),
            epoch.epoch(),
            epoch.validationAccuracy().orElse(Double.NaN));
        for (Map.Entry<String, Double> metric : epoch.metrics().entrySet()) {
          validation.scalar("epoch_" + metric.getKey(), epoch.epoch(), metric.getValue());
        }
      }
    } catch (IOException e) {
      // A full disk costs a point, not the run.
      LOG.warn(missing.add(epoch, runs.toString(), e));
    }
  }

  @Override
  public List<String> warnings() {
    return missing.warnings();
  }

  private static String measure(EpochResult epoch) {
    return epoch.measure() == Measure.ACCURACY ? "accuracy" : "score";
  }

  private EventFile file(Path run, EpochResult epoch) throws IOException {
    EventFile known = files.get(run);
    if (known != null) {
      return known;
    }
    EventFile opened = EventFile.in(run, epoch.epoch() == 1 ? 0 : epoch.epoch());
    files.put(run, opened);
    return opened;
  }
}
