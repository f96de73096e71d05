package org.finetune4j.train.loop;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune4j.engine.train.TrainableNetwork;
import org.finetune4j.optimize.Averaging;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.target.Targets;
import org.finetune4j.train.checkpoint.EpochMeter;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.log.EpochMetric;
import org.finetune4j.train.log.Measure;
import org.finetune4j.weights.Weights;

/** What stands at the end of an epoch: the weights that count, and how good they are. */
final class Validation {
  private final TrainingOptions options;
  private final TrainableNetwork network;
  private final Measurement training;
  private final Optional<Measurement> validation;
  private final Optional<Targets> targets;
  private final List<EpochMetric> metrics;

  Validation(
      TrainingOptions options,
      TrainableNetwork network,
      SampleSource train,
      Optional<SampleSource> validation,
      Cancellation cancellation,
      List<EpochMetric> metrics) {
    this.options = options;
    this.network = network;
    this.training = new Measurement(train, options.batchSize(), cancellation);
    this.validation = validation.map(it -> new Measurement(it, options.batchSize(), cancellation));
    this.targets = validation.map(SampleSource::targets);
    this.metrics = metrics;
  }

  /**
   * What an epoch ends with.
   *
   * @param average the weights that count if they are an average, not the last ones
   * @param meter loss and hits on the validation samples, if there are any
   * @param metrics what else was asked for
   */
  record Measured(
      Optional<Weights> average, Optional<EpochMeter> meter, Map<String, Double> metrics) {}

  /**
   * Measures the weights that count; the network stays as it is.
   *
   * @param epoch the epoch, from 0 on
   * @return nothing if somebody cancelled meanwhile
   */
  Optional<Measured> measure(int epoch) throws IOException {
    if (!network.hasAverage()) {
      return measure(epoch, false);
    }
    Weights moving = network.weights();
    network.swapAverage();
    try {
      return measure(epoch, true);
    } finally {
      network.swapAverage();
      network.set(moving);
    }
  }

  private Optional<Measured> measure(int epoch, boolean averaged) throws IOException {
    boolean anew =
        averaged && options.averaging() instanceof Averaging.Epochs && network.statisticsTrain();
    if (anew && !training.statistics(network, epoch)) {
      return Optional.empty();
    }
    Optional<Weights> average = averaged ? Optional.of(network.weights()) : Optional.empty();
    if (validation.isEmpty()) {
      return Optional.of(new Measured(average, Optional.empty(), Map.of()));
    }
    ValidationAnswers answers = new ValidationAnswers(targets.orElseThrow(), metrics);
    return validation
        .get()
        .of(
            network,
            new EpochMeter(
                Measure.of(network.outputActivation()), network.outputs(), options.loss()),
            answers)
        .map(meter -> new Measured(average, Optional.of(meter), answers.metrics()));
  }
}
