package org.finetune4j.train.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.finetune4j.engine.train.TrainableNetwork;
import org.finetune4j.optimize.Averaging;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.train.checkpoint.Checkpoint;
import org.finetune4j.train.checkpoint.Checkpoints;
import org.finetune4j.train.checkpoint.EpochMeter;
import org.finetune4j.train.input.EpochOrder;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.log.EpochResult;
import org.finetune4j.train.log.FreezeReport;
import org.finetune4j.train.log.Measure;
import org.finetune4j.train.log.TrainingDivergedException;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.Weights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one loop behind every training of this library: epochs of shuffled batches, validation, early
 * stopping, checkpoints. All that is random comes from (seed, stage, epoch, step), so that a loop
 * which goes on from a checkpoint does exactly what the interrupted one would have done.
 */
final class TrainingLoop {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);

  private final TrainingOptions options;
  private final int stage;
  private final int stages;
  private final TrainableNetwork network;
  private final SampleSource train;
  private final Validation validation;
  private final TrainingListener listener;
  private final Optional<Checkpoints> checkpoints;
  private final int checkpointEverySteps;
  private final Cancellation cancellation;
  private final List<FreezeReport> proofs;
  private final Measure measure;
  private final LossWatch watch;
  private final LearningRates rates;
  private final int steps;
  private final List<String> warnings = new ArrayList<>();
  private Optional<String> unwritten = Optional.empty();

  private TrainingHistory history;
  private int epochsDone;
  private int stepsDone;
  private EpochMeter.Sums epochSoFar = EpochMeter.Sums.NONE;
  private Optional<Weights> best = Optional.empty();

  TrainingLoop(
      TrainingOptions options,
      int stage,
      int stages,
      TrainableNetwork network,
      SampleSource train,
      Optional<SampleSource> validation,
      TrainingObservers observers,
      Optional<Checkpoints> checkpoints,
      TrainingHistory before,
      List<FreezeReport> proofs) {
    this.options = options;
    this.stage = stage;
    this.stages = stages;
    this.network = network;
    this.measure = Measure.of(network.outputActivation());
    this.watch = new LossWatch(measure.guessing(network.outputs()));
    this.train = train;
    this.listener = observers.listener();
    this.checkpoints = checkpoints;
    this.checkpointEverySteps = observers.checkpointEverySteps();
    this.cancellation = observers.cancellation();
    this.validation =
        new Validation(options, network, train, validation, cancellation, observers.metrics());
    this.history = before;
    this.proofs = proofs;
    this.steps = order(0).steps();
    this.rates = new LearningRates(options, steps);
  }

  private EpochOrder order(int epoch) {
    return EpochOrder.of(train, options, stage, epoch, !network.statisticsTrain());
  }

  /** Goes on from a checkpoint of this stage instead of the beginning. */
  void resume(Checkpoint checkpoint) {
    history = checkpoint.history();
    epochsDone = checkpoint.epochsDone();
    stepsDone = checkpoint.stepsDone();
    epochSoFar = checkpoint.epoch();
    best = checkpoint.best();
    network.restore(checkpoint.weights(), checkpoint.state());
  }

  /** Returns the history with this stage's epochs. */
  TrainingHistory history() {
    return history;
  }

  /** Returns what was odd; of checkpoints that could not be written, the last one. */
  List<String> warnings() {
    return Stream.concat(warnings.stream(), unwritten.stream()).toList();
  }

  private void warn(String warning) {
    LOG.warn(warning);
    warnings.add(warning);
    listener.warned(warning);
  }

  /**
   * Trains until the plan is fulfilled, training stops early, or somebody cancels.
   *
   * @return the weights of the last epoch or, as the plan says, of the best one
   * @throws IOException if a picture cannot be read or a checkpoint cannot be written
   */
  Weights run(String name) throws IOException {
    listener.stageStarted(
        new TrainingListener.Stage(
            stage, stages, name, options.epochs(), steps, network.trainableParameters()));
    while (epochsDone < options.epochs() && !stopsEarly() && !cancellation.requested()) {
      if (!trainEpoch()) {
        break;
      }
    }
    return best.orElseGet(network::weights);
  }

  private boolean stopsEarly() {
    return options.earlyStopping().isPresent()
        && epochsDone > 0
        && options.earlyStopping().get().stops(ofThisStage().validationLosses());
  }

  private TrainingHistory ofThisStage() {
    List<EpochResult> all = history.epochs();
    return new TrainingHistory(all.subList(all.size() - epochsDone, all.size()));
  }

  /** Returns whether the epoch came to its end. */
  private boolean trainEpoch() throws IOException {
    long started = System.nanoTime();
    EpochMeter meter = new EpochMeter(measure, network.outputs(), options.loss(), epochSoFar);
    try (StepBatches batches =
        new StepBatches(options, train, order(epochsDone), stage, epochsDone, stepsDone)) {
      while (batches.hasNext()) {
        if (cancellation.requested()) {
          keepPlace(meter);
          return false;
        }
        trainStep(batches, meter);
      }
    }
    return finishEpoch(meter, started);
  }

  private void trainStep(StepBatches batches, EpochMeter meter) throws IOException {
    double rate = learningRate(stepsDone);
    network.momentum(rates.momentum(ofThisStage(), stepsDone));
    StepBatches.Done done = batches.step(network, rate);
    stepsDone++;
    double loss = done.result().loss();
    if (!Double.isFinite(loss)) {
      throw diverged("The loss became " + loss);
    }
    average();
    meter.add(loss, done.result().probabilities(), done.targets());
    watch.step(epochsDone + 1, stepsDone, rate, loss).ifPresent(this::warn);
    listener.batchFinished(
        new TrainingListener.BatchResult(epochsDone + 1, stepsDone, steps, rate, loss));
    if (checkpointEverySteps > 0
        && stepsDone < steps
        && ((long) epochsDone * steps + stepsDone) % checkpointEverySteps == 0) {
      keepPlace(meter);
    }
  }

  private void average() {
    if (options.averaging() instanceof Averaging.Exponential ema) {
      network.average(ema.keep((long) epochsDone * steps + stepsDone - 1));
    } else if (options.averaging() instanceof Averaging.Epochs swa && stepsDone == steps) {
      int before = epochsDone - swa.first(options.epochs());
      if (before >= 0) {
        network.average(before / (before + 1.0));
      }
    }
  }

  private TrainingDivergedException diverged(String what) {
    return new TrainingDivergedException(
        epochsDone + 1, stepsDone, learningRate(stepsDone - 1), what);
  }

  private void keepPlace(EpochMeter meter) throws IOException {
    epochSoFar = meter.sums();
    if (stepsDone > 0) {
      requireFiniteWeights();
      checkpoint();
    }
  }

  private void checkpoint() throws IOException {
    if (checkpoints.isEmpty()) {
      return;
    }
    Checkpoint checkpoint =
        new Checkpoint(
            stage,
            epochsDone,
            stepsDone,
            epochSoFar,
            history,
            proofs,
            network.weights(),
            network.state(),
            best);
    write(checkpoint, checkpoints.get());
  }

  /** A full disk ends only a run that has no checkpoint yet: without one, nobody wants to train. */
  private void write(Checkpoint checkpoint, Checkpoints folder) throws IOException {
    Path file;
    try {
      file = folder.write(checkpoint);
    } catch (IOException e) {
      Path last = folder.newest().orElseThrow(() -> e);
      String warning =
          "A checkpoint could not be written: " + e + ". The last one stays " + last + ".";
      LOG.warn(warning);
      unwritten = Optional.of(warning);
      listener.checkpointFailed(e);
      return;
    }
    listener.checkpointWritten(file);
  }

  private double learningRate(int step) {
    return rates.of(ofThisStage(), step);
  }

  /** Returns whether the epoch was measured to its end. */
  private boolean finishEpoch(EpochMeter meter, long started) throws IOException {
    requireFiniteWeights();
    double rate = learningRate(stepsDone - 1);
    Optional<Validation.Measured> measured = validation.measure(epochsDone);
    if (measured.isEmpty()) {
      keepPlace(meter);
      return false;
    }
    Optional<EpochMeter> validated = measured.get().meter();
    epochsDone++;
    stepsDone = 0;
    epochSoFar = EpochMeter.Sums.NONE;
    EpochResult epoch =
        new EpochResult(
            stage,
            epochsDone,
            rate,
            meter.loss(),
            meter.accuracy(),
            validated.map(it -> OptionalDouble.of(it.loss())).orElse(OptionalDouble.empty()),
            validated.map(it -> OptionalDouble.of(it.accuracy())).orElse(OptionalDouble.empty()),
            Duration.ofNanos(System.nanoTime() - started),
            measure,
            measured.get().metrics());
    history = history.with(epoch);
    watch.epoch(epochsDone, rate, meter.loss()).ifPresent(this::warn);
    boolean isBest = options.bestEpoch() && ofThisStage().best().orElse(-1) == epochsDone - 1;
    if (isBest || (!options.bestEpoch() && measured.get().average().isPresent())) {
      best = Optional.of(measured.get().average().orElseGet(network::weights));
    }
    listener.epochFinished(epoch);
    checkpoint();
    return true;
  }

  /** The loss shows weights that are no numbers only in the step after; no checkpoint holds any. */
  private void requireFiniteWeights() {
    network
        .notFinite()
        .ifPresent(
            name -> {
              throw diverged("A weight of '" + name + "' is no finite number");
            });
  }
}
