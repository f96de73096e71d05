package org.finetune4j.train.loop;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.train.log.EpochMetric;
import org.finetune4j.train.log.TrainingListener;

/**
 * Who watches a run and may end it; nothing here changes what is learned.
 *
 * @param listener hears what happens
 * @param checkpointFolder where the state is kept, if anywhere
 * @param checkpointEverySteps after how many steps it is kept; 0 for only after each epoch
 * @param cancellation may end the run
 * @param metrics what is measured on the validation samples besides loss and accuracy
 */
public record TrainingObservers(
    TrainingListener listener,
    Optional<Path> checkpointFolder,
    int checkpointEverySteps,
    Cancellation cancellation,
    List<EpochMetric> metrics) {
  /** Copies the list. */
  public TrainingObservers {
    metrics = List.copyOf(metrics);
  }
}
