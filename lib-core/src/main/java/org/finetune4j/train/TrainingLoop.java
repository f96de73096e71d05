package org.finetune4j.train;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.finetune4j.engine.train.StepResult;
import org.finetune4j.engine.train.TrainableNetwork;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.pipeline.Prefetch;
import org.finetune4j.train.checkpoint.Checkpoint;
import org.finetune4j.train.checkpoint.Checkpoints;
import org.finetune4j.train.input.Mix;
import org.finetune4j.train.input.SampleSource.Activations;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.input.Shuffle;
import org.finetune4j.train.input.Targets;
import org.finetune4j.train.log.EpochMeter;
import org.finetune4j.train.log.EpochResult;
import org.finetune4j.train.log.FreezeReport;
import org.finetune4j.train.log.LossWatch;
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
  private static final int AHEAD = 2;

  private final TrainingOptions options;
  private final int stage;
  private final int stages;
  private final TrainableNetwork network;
  private final int outputs;
  private final SampleSource train;
  private final Optional<SampleSource> validation;
  private final TrainingListener listener;
  private final Optional<Checkpoints> checkpoints;
  private final int checkpointEverySteps;
  private final Cancellation cancellation;
  private final List<FreezeReport> proofs;
  private final LossWatch watch;
  private final List<String> warnings = new ArrayList<>();

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
      int outputs,
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
    this.outputs = outputs;
    this.watch = new LossWatch(outputs);
    this.train = train;
    this.validation = validation;
    this.listener = observers.listener();
    this.checkpoints = checkpoints;
    this.checkpointEverySteps = observers.checkpointEverySteps();
    this.cancellation = observers.cancellation();
    this.history = before;
    this.proofs = proofs;
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

  /** Returns what was odd. */
  List<String> warnings() {
    return warnings;
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
            stage, stages, name, options.epochs(), steps(), network.trainableParameters()));
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
        && options
            .earlyStopping()
            .get()
            .stops(ofThisStage().curve(epoch -> epoch.validationLoss().orElseThrow()));
  }

  private TrainingHistory ofThisStage() {
    List<EpochResult> all = history.epochs();
    return new TrainingHistory(all.subList(all.size() - epochsDone, all.size()));
  }

  private int steps() {
    return (train.size() + options.batchSize() - 1) / options.batchSize();
  }

  /** Returns whether the epoch came to its end. */
  private boolean trainEpoch() throws IOException {
    long started = System.nanoTime();
    EpochMeter meter = new EpochMeter(outputs, epochSoFar);
    int[] order = Shuffle.order(train.size(), options.seed(), stage, epochsDone);
    int first = stepsDone;
    try (Prefetch<Activations> batches =
        new Prefetch<>(
            steps() - first,
            AHEAD,
            AHEAD,
            ahead -> {
              int step = first + ahead;
              return train.prepare(batch(order, step), epochsDone, mix(key(step)));
            })) {
      while (batches.hasNext()) {
        if (cancellation.requested()) {
          keepPlace(meter);
          return false;
        }
        trainStep(batches.next(), targets(batch(order, stepsDone)), meter);
      }
    }
    finishEpoch(meter, started);
    return true;
  }

  private void trainStep(Activations batch, int[] targets, EpochMeter meter) throws IOException {
    StepKey key = key(stepsDone);
    Mix mix = mix(key);
    double rate = learningRate(stepsDone);
    StepResult result =
        network.step(
            batch.compute(),
            targets.length,
            mix.targets(Targets.hard(targets, outputs), targets.length),
            rate,
            key);
    stepsDone++;
    if (!Double.isFinite(result.loss())) {
      throw diverged("The loss became " + result.loss());
    }
    meter.add(result.loss(), result.probabilities(), mix.labels(targets));
    watch.step(epochsDone + 1, stepsDone, rate, result.loss()).ifPresent(this::warn);
    listener.batchFinished(
        new TrainingListener.BatchResult(epochsDone + 1, stepsDone, steps(), rate, result.loss()));
    if (checkpointEverySteps > 0
        && stepsDone < steps()
        && ((long) epochsDone * steps() + stepsDone) % checkpointEverySteps == 0) {
      keepPlace(meter);
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
      LOG.warn("A checkpoint could not be written: {}. The last one stays {}.", e, last);
      listener.checkpointFailed(e);
      return;
    }
    listener.checkpointWritten(file);
  }

  private StepKey key(int step) {
    return new StepKey(options.seed(), stage, epochsDone, step);
  }

  private Mix mix(StepKey key) {
    return Mix.draw(options.mixing(), key.random(), train.shape());
  }

  private double learningRate(int step) {
    long sofar = (long) epochsDone * steps() + step;
    long total = (long) options.epochs() * steps();
    double factor = options.schedule().factor(sofar, total);
    if (!(factor >= 0 && factor <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "A schedule gives finite factors of 0 or more, but "
              + options.schedule()
              + " gives "
              + factor
              + " at step "
              + sofar
              + " of "
              + total
              + ".");
    }
    return options.optimizer().learningRate() * factor;
  }

  private int[] batch(int[] order, int step) {
    int from = step * options.batchSize();
    return Arrays.copyOfRange(order, from, Math.min(from + options.batchSize(), order.length));
  }

  private int[] targets(int[] samples) {
    return Arrays.stream(samples).map(train::target).toArray();
  }

  private void finishEpoch(EpochMeter meter, long started) throws IOException {
    requireFiniteWeights();
    double rate = learningRate(stepsDone - 1);
    Optional<EpochMeter> validated = validate();
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
            Duration.ofNanos(System.nanoTime() - started));
    history = history.with(epoch);
    watch.epoch(epochsDone, rate, meter.loss()).ifPresent(this::warn);
    if (options.bestEpoch() && ofThisStage().best().orElse(-1) == epochsDone - 1) {
      best = Optional.of(network.weights());
    }
    listener.epochFinished(epoch);
    checkpoint();
  }

  /** The loss shows weights that are no numbers only in the step after; no checkpoint holds any. */
  private void requireFiniteWeights() {
    network
        .weights()
        .tensors()
        .forEach(
            (name, tensor) -> {
              FloatBuffer values = tensor.values();
              while (values.hasRemaining()) {
                float value = values.get();
                if (!Float.isFinite(value)) {
                  throw diverged("A weight of '" + name + "' became " + value);
                }
              }
            });
  }

  private Optional<EpochMeter> validate() throws IOException {
    if (validation.isEmpty()) {
      return Optional.empty();
    }
    SampleSource samples = validation.get();
    EpochMeter meter = new EpochMeter(outputs);
    int size = options.batchSize();
    int count = (samples.size() + size - 1) / size;
    int[] order = new int[samples.size()];
    Arrays.setAll(order, i -> i);
    try (Prefetch<Activations> batches =
        new Prefetch<>(
            count, AHEAD, AHEAD, step -> samples.prepare(batch(order, step), 0, new Mix.None()))) {
      for (int step = 0; batches.hasNext(); step++) {
        int[] targets = Arrays.stream(batch(order, step)).map(samples::target).toArray();
        float[] probabilities = network.predict(batches.next().compute(), targets.length);
        meter.add(Targets.crossEntropy(probabilities, targets, outputs), probabilities, targets);
      }
    }
    return Optional.of(meter);
  }
}
