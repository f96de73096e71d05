package org.finetune4j.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.finetune4j.data.Labels;
import org.finetune4j.engine.dl4j.TrainableNetwork;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * One training of one network from given weights: checks, opens the engine, finds a checkpoint,
 * runs the loop.
 */
final class TrainingRun {
  private final TrainingPlan plan;
  private final TrainingListener listener;
  private final Cancellation cancellation;
  private final Optional<Path> checkpointFolder;

  TrainingRun(TrainingBuilder<?> options) {
    this.plan = options.plan();
    this.listener = options.listener();
    this.cancellation = options.cancellation();
    this.checkpointFolder = options.checkpointFolder();
  }

  TrainingPlan plan() {
    return plan;
  }

  /** What a run ends with. */
  record Outcome(Weights weights, TrainingHistory history) {}

  /**
   * Trains.
   *
   * @param name what is trained, for people
   * @param network ends in probabilities
   * @param start the weights to start from
   * @param labels what the outputs mean
   * @param data identifies the training data, so that a checkpoint of other data is refused
   */
  Outcome train(
      String name,
      Network network,
      Weights start,
      Labels labels,
      SampleSource train,
      Optional<SampleSource> validation,
      String data)
      throws IOException {
    check(network, labels, train, validation);
    Optional<Checkpoints> checkpoints = Optional.empty();
    if (checkpointFolder.isPresent()) {
      String identity = plan + "\n" + network + "\n" + start.sha256() + "\n" + data;
      checkpoints = Optional.of(new Checkpoints(checkpointFolder.get(), identity));
    }
    try (TrainableNetwork engine = TrainableNetwork.create(network, start, plan.settings())) {
      TrainingLoop loop =
          new TrainingLoop(
              plan,
              1,
              engine,
              network.outputShape().elements(),
              train,
              validation,
              new TrainingObservers(listener, checkpoints, cancellation),
              TrainingHistory.none());
      if (checkpoints.isPresent()) {
        checkpoints.get().latest().ifPresent(loop::resume);
      }
      Weights learned = loop.run(name);
      listener.finished(loop.history());
      return new Outcome(learned, loop.history());
    }
  }

  private void check(
      Network network, Labels labels, SampleSource train, Optional<SampleSource> validation) {
    if (train.size() == 0) {
      throw new IllegalArgumentException("Training needs at least one sample.");
    }
    if (plan.batchSize() > train.size()) {
      throw new IllegalArgumentException(
          "A batch of "
              + plan.batchSize()
              + " is larger than the training data of "
              + train.size()
              + " samples. Set a smaller batchSize(...).");
    }
    requireFit(network, labels);
    if (plan.bestEpoch() && validation.isEmpty()) {
      throw new IllegalArgumentException(
          "Early stopping and keepBestEpoch() look at the validation loss; give fit(...) validation"
              + " data too.");
    }
  }

  /** Refuses a network whose outputs do not fit the labels. */
  static void requireFit(Network network, Labels labels) {
    int outputs = network.outputShape().elements();
    if (outputs != labels.size() && !(outputs == 1 && labels.size() == 2)) {
      throw new IllegalArgumentException(
          "A network for "
              + labels.size()
              + " labels ends in as many outputs, or in one for two labels, but it ends in "
              + network.outputShape()
              + ".");
    }
  }
}
