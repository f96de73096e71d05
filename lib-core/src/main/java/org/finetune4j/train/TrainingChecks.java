package org.finetune4j.train;

import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune4j.data.Labels;
import org.finetune4j.network.Network;

/** What every gradient training demands of network and data. */
final class TrainingChecks {
  private TrainingChecks() {}

  static void require(
      TrainingPlan plan,
      Network network,
      Labels labels,
      SampleSource train,
      Optional<SampleSource> validation) {
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
    if (IntStream.range(0, train.size()).map(train::target).distinct().count() < 2) {
      throw new IllegalArgumentException(
          "A classifier learns from samples of at least two classes, but all "
              + train.size()
              + " samples are '"
              + labels.name(train.target(0))
              + "'.");
    }
    if (validation.isPresent() && validation.get().size() == 0) {
      throw new IllegalArgumentException("There is at least one validation sample.");
    }
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
