package org.finetune4j.engine.train;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Network;
import org.finetune4j.network.SeparableConvolution;
import org.finetune4j.optimize.Loss;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.weights.Weights;

/**
 * A network whose weights change. Convolutions and matrix products run through ND4J on oneDNN and
 * OpenBLAS, everything else in loops over arrays; the same steps give the same bits on the same
 * machine.
 *
 * <p>Confined to one thread at a time. Memory off the heap is what the largest operation needs, and
 * is freed by {@link #close}.
 */
public final class TrainableNetwork implements AutoCloseable {
  private static final float[] NONE = {};

  private final Scratch scratch;
  private final ShortWaits waits;
  private final Program program;
  private final OutputLoss loss;
  private final ParameterUpdate update;
  private final Optional<DistillationLoss> distillation;
  private final Optional<Pieces> accumulation;
  private final int pieceSize;
  private final boolean statisticsTrain;
  private Optional<WeightAverage> average = Optional.empty();
  private OptionalDouble momentum = OptionalDouble.empty();
  private boolean closed;

  private TrainableNetwork(
      Scratch scratch,
      Program program,
      OutputLoss loss,
      TrainingOptions options,
      boolean statisticsTrain) {
    this.scratch = scratch;
    this.program = program;
    this.loss = loss;
    this.update = new ParameterUpdate(options, program.parameters());
    this.distillation =
        options.distillation().map(how -> new DistillationLoss(how, program.logits().elements()));
    this.accumulation =
        options.accumulation() == 1
            ? Optional.empty()
            : Optional.of(new Pieces(program.parameters()));
    this.pieceSize = options.batchSize();
    this.statisticsTrain = statisticsTrain;
    this.waits = new ShortWaits();
  }

  /** Makes a network ready for training, all of whose layers train. */
  public static TrainableNetwork create(Network network, Weights weights, TrainingOptions options) {
    return create(network, weights, options, WhatTrains.all(options.batchNorm()));
  }

  /**
   * Makes a network ready for training.
   *
   * @param network any number of inputs, one output that ends in softmax or sigmoid, or numbers
   * @param weights all tensors of the network; others are passed over
   * @param options how steps change weights
   * @param trains which of them
   * @throws IllegalArgumentException if the network ends otherwise, or a tensor is missing or has
   *     another shape
   * @throws IllegalStateException if the native library of ND4J cannot be loaded
   */
  public static TrainableNetwork create(
      Network network, Weights weights, TrainingOptions options, WhatTrains trains) {
    NativeBackend.load();
    Scratch scratch = new Scratch();
    Program program = new Program(network, weights, trains, false, scratch);
    Activation activation = program.outputActivation();
    boolean numbers = options.loss().objective() instanceof Loss.OfNumbers;
    if ((activation == Activation.LINEAR && !numbers) || !network.outputShape().isVector()) {
      throw new IllegalArgumentException(
          "A network that trains ends in a vector behind softmax or sigmoid, but its last layer is "
              + network.layer(network.output())
              + ".");
    }
    int outputs = network.outputShape().elements();
    return new TrainableNetwork(
        scratch,
        program,
        OutputLoss.of(activation, outputs, options.loss()),
        options,
        trains.statisticsIn(network));
  }

  /** Returns what is odd about how a network trains here: convolutions that are slow. */
  public static List<String> warnings(Network network) {
    NativeBackend.load();
    boolean convolutions =
        network.layers().stream()
            .anyMatch(
                layer ->
                    layer instanceof Convolution
                        || layer instanceof DepthwiseConvolution
                        || layer instanceof SeparableConvolution);
    return convolutions ? NativeBackend.warnings : List.of();
  }

  /**
   * Makes one optimizer step from samples that all count alike; see {@link #step(float[][], int,
   * float[], float[], float[], double, StepKey)}.
   */
  public StepResult step(
      float[][] inputs, int n, float[] targets, double learningRate, StepKey key) {
    return step(inputs, n, targets, NONE, NONE, learningRate, key);
  }

  /**
   * Makes one optimizer step. Where gradients accumulate, the samples go through the network a
   * batch at a time.
   *
   * @param inputs for each input of the network the n samples one after the other, in channel, row,
   *     column order
   * @param n number of samples
   * @param targets one row of class shares, tags or numbers per sample
   * @param weights what the loss of each sample is multiplied by; empty for 1
   * @param teacher softened probabilities of a teacher, one row per sample; empty without one
   * @param learningRate the learning rate of this step
   * @param key names the random numbers of dropout
   * @return loss and probabilities before the step, with dropout
   * @throws IllegalArgumentException if the number or length of arrays does not fit
   */
  public StepResult step(
      float[][] inputs,
      int n,
      float[] targets,
      float[] weights,
      float[] teacher,
      double learningRate,
      StepKey key) {
    requireFit(inputs, program.inputs(), n);
    int outputs = program.logits().elements();
    requireTargets(targets, weights, n, outputs);
    int[] sizes =
        accumulation.isEmpty() ? new int[] {n} : Pieces.sizes(n, pieceSize, !statisticsTrain);
    float[] logits = new float[n * outputs];
    int first = 0;
    for (int size : sizes) {
      Pass pass = Pass.training(size, first, key);
      forward(part(inputs, first, size, n), pass);
      float[] values = program.logits().values();
      System.arraycopy(values, 0, logits, first * outputs, size * outputs);
      lossGradient(part(targets, first, size, outputs), teacher, weights, first, size, n);
      program.backward(pass);
      accumulation.ifPresent(Pieces::add);
      first += size;
    }
    accumulation.ifPresent(Pieces::finish);
    double byLabels = loss.loss(logits, targets, weights, n);
    double mean =
        teacher.length == 0
            ? byLabels
            : distillation.orElseThrow().loss(byLabels, logits, teacher, weights, n);
    StepResult result = new StepResult(mean + update.penalty(), loss.outputs(logits, n));
    update.step(learningRate, momentum);
    return result;
  }

  /** Sets the momentum of the steps that follow; empty for the optimizer's own. */
  public void momentum(OptionalDouble newMomentum) {
    this.momentum = newMomentum;
  }

  /** Writes the gradient by the logits of the samples that have just gone forward. */
  private void lossGradient(
      float[] targets, float[] teacher, float[] weights, int first, int size, int n) {
    Blob logits = program.logits();
    int outputs = logits.elements();
    float[] gradient = logits.firstGradient(size);
    float[] values = logits.values();
    loss.gradient(values, loss.outputs(values, size), targets, size, n, gradient);
    if (teacher.length > 0) {
      distillation.orElseThrow().gradient(logits.values(), teacher, first, size, n, gradient);
    }
    if (weights.length > 0) {
      for (int i = 0; i < size * outputs; i++) {
        gradient[i] *= weights[first + i / outputs];
      }
    }
  }

  private float[][] part(float[][] inputs, int first, int size, int n) {
    float[][] part = new float[inputs.length][];
    for (int i = 0; i < part.length; i++) {
      int elements = program.inputs().get(i).elements();
      part[i] = size == n ? inputs[i] : part(inputs[i], first, size, elements);
    }
    return part;
  }

  private static float[] part(float[] rows, int first, int size, int columns) {
    return Arrays.copyOfRange(rows, first * columns, (first + size) * columns);
  }

  private void forward(float[][] inputs, Pass pass) {
    if (closed) {
      throw new IllegalStateException("This network is closed.");
    }
    List<Blob> blobs = program.inputs();
    for (int i = 0; i < inputs.length; i++) {
      blobs.get(i).hold(inputs[i]);
    }
    program.forward(pass);
  }

  private static void requireFit(float[][] inputs, List<Blob> blobs, int n) {
    if (inputs.length != blobs.size() || n < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "The network has %d inputs and a batch at least 1 sample, not %d and %d.",
              blobs.size(),
              inputs.length,
              n));
    }
    for (int i = 0; i < inputs.length; i++) {
      if (inputs[i].length < (long) n * blobs.get(i).elements()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%d samples of %s are %d values, but input %d has %d.",
                n,
                blobs.get(i).shape(),
                (long) n * blobs.get(i).elements(),
                i,
                inputs[i].length));
      }
    }
  }

  private static void requireTargets(float[] targets, float[] weights, int n, int outputs) {
    if (targets.length != n * outputs) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d samples have %d targets each, not %d values in all.",
              n,
              outputs,
              targets.length));
    }
    if (weights.length != 0 && weights.length != n) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d samples have as many weights, not %d.", n, weights.length));
    }
  }

  /**
   * Computes probabilities without dropout, with stored statistics.
   *
   * @param inputs as in {@link #step}
   * @param n number of samples
   * @return one row of class probabilities per sample
   */
  public float[] predict(float[][] inputs, int n) {
    requireFit(inputs, program.inputs(), n);
    forward(inputs, Pass.inference(n));
    return loss.outputs(program.logits().values(), n);
  }

  /**
   * Computes loss and probabilities without dropout, with stored statistics; nothing changes.
   *
   * @param inputs as in {@link #step}
   * @param n number of samples
   * @param targets as in {@link #step}
   */
  public StepResult evaluate(float[][] inputs, int n, float[] targets) {
    float[] probabilities = predict(inputs, n);
    requireTargets(targets, new float[0], n, program.logits().elements());
    double mean = loss.loss(program.logits().values(), targets, new float[0], n);
    return new StepResult(mean + update.penalty(), probabilities);
  }

  /** Returns the name of a tensor of weights that holds infinity or no number, if there is one. */
  public Optional<String> notFinite() {
    return program.parameters().stream()
        .filter(parameter -> !parameter.isFinite())
        .map(parameter -> parameter.spec.name())
        .findFirst();
  }

  /** Returns a copy of the current weights. */
  public Weights weights() {
    Weights.Builder weights = Weights.builder();
    program.parameters().forEach(p -> weights.put(p.spec.name(), p.tensor()));
    return weights.build();
  }

  /**
   * Takes the current weights into their average.
   *
   * @param keep how much of the average stays; the first time it begins with the current weights
   */
  public void average(double keep) {
    if (average.isEmpty()) {
      average = Optional.of(WeightAverage.of(program.parameters()));
    } else {
      average.get().add(keep);
    }
  }

  /** Returns whether there is an average. */
  public boolean hasAverage() {
    return average.isPresent();
  }

  /**
   * Puts the average in the place of the weights, and back when called again. Stored statistics
   * stay.
   *
   * @throws java.util.NoSuchElementException if there is no average
   */
  public void swapAverage() {
    average.orElseThrow().swap();
  }

  /**
   * Moves the stored statistics of batch normalization to those of a batch, where they train.
   *
   * @param keep how much of them stays: 0 for the first batch, k / (k + 1) behind k of equal size
   */
  public void measureStatistics(float[][] inputs, int n, double keep) {
    requireFit(inputs, program.inputs(), n);
    forward(inputs, Pass.measuring(n, keep));
  }

  /** Returns the activation that the loss takes over: linear for numbers. */
  public Activation outputActivation() {
    return program.outputActivation();
  }

  /** Returns how many values the network gives for a sample. */
  public int outputs() {
    return program.logits().elements();
  }

  /** Returns whether batches are normalized by their own statistics. */
  public boolean statisticsTrain() {
    return statisticsTrain;
  }

  /** Returns what the optimizer remembers, and the average. */
  public TrainerState state() {
    TrainerState state = update.state();
    if (average.isEmpty()) {
      return state;
    }
    Weights.Builder slots = Weights.builder();
    state.slots().tensors().forEach(slots::put);
    average.get().addTo(slots);
    return new TrainerState(state.steps(), slots.build());
  }

  /** Goes back to earlier weights only; the optimizer stays where it is. */
  public void set(Weights weights) {
    program.parameters().forEach(p -> p.set(weights.get(p.spec.name())));
  }

  /**
   * Goes back to an earlier place: steps from here give the bits they gave from there.
   *
   * @throws IllegalArgumentException if a tensor is missing or has another shape
   */
  public void restore(Weights weights, TrainerState state) {
    set(weights);
    update.restore(state);
    average =
        WeightAverage.isIn(state.slots(), program.parameters())
            ? Optional.of(WeightAverage.of(program.parameters(), state.slots()))
            : Optional.empty();
  }

  /** Returns how many values train. */
  public long trainableParameters() {
    return program.parameters().stream()
        .filter(p -> p.trainable)
        .mapToLong(p -> p.values.length)
        .sum();
  }

  @Override
  public void close() {
    closed = true;
    waits.close();
    scratch.close();
  }
}
