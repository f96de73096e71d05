package org.finetune4j.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.OptionsBuilder;
import org.finetune4j.train.log.EpochMetric;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.train.loop.TrainingObservers;
import org.finetune4j.train.loop.TrainingRun;

/**
 * The options of a training: those that decide what it learns, and who watches it. Not thread-safe.
 *
 * @param <B> the builder itself, so that its own options can follow
 */
public abstract class TrainingBuilder<B extends TrainingBuilder<B>> extends OptionsBuilder<B> {
  private final List<TrainingListener> listeners = new ArrayList<>();
  private final List<EpochMetric> metrics = new ArrayList<>();
  private Optional<Path> checkpoints = Optional.empty();
  private int everySteps;
  private Cancellation cancellation = new Cancellation();

  protected TrainingBuilder(Optimizer optimizer, BatchNormPolicy batchNorm, int epochs) {
    super(optimizer, batchNorm, epochs);
  }

  /** Adds somebody who hears what happens; default nobody. */
  public B listener(TrainingListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return self();
  }

  /**
   * Measures something more on the validation samples after every epoch; default is loss and
   * accuracy alone. Only for labels. It stands in the history, in JSON logs and in TensorBoard's.
   */
  public B metric(EpochMetric metric) {
    metrics.add(Objects.requireNonNull(metric, "metric"));
    return self();
  }

  /**
   * Writes the whole state into this folder after every epoch; default is to write none. A run with
   * the same settings and data that finds a state there goes on from it, and ends with the bits
   * that an uninterrupted run gives; one with other settings is refused.
   */
  public B checkpoints(Path folder) {
    this.checkpoints = Optional.of(Objects.requireNonNull(folder, "folder"));
    return self();
  }

  /**
   * Writes the state after every so many steps too, for epochs that take long; default is after
   * every epoch only. A run that goes on inside an epoch ends with the same bits as well. Needs
   * {@link #checkpoints}.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public B checkpointEverySteps(int steps) {
    this.everySteps = atLeastOne("Checkpoints are", steps, "step apart");
    return self();
  }

  /** Sets what can end the run from another thread; default nothing can. */
  public B cancellation(Cancellation newCancellation) {
    this.cancellation = Objects.requireNonNull(newCancellation, "newCancellation");
    return self();
  }

  /** Returns who watches the run. */
  final TrainingObservers observers() {
    if (everySteps > 0 && checkpoints.isEmpty()) {
      throw new IllegalStateException(
          "checkpointEverySteps(...) says how often, checkpoints(folder) says where; it is missing.");
    }
    return new TrainingObservers(
        TrainingListener.of(listeners), checkpoints, everySteps, cancellation, metrics);
  }

  /** Returns the run that was described. */
  protected final TrainingRun run() {
    return new TrainingRun(options(), observers());
  }
}
