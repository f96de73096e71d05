package org.finetune4j.engine.train;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune4j.engine.train.kernel.Blob;
import org.finetune4j.engine.train.kernel.Scratch;
import org.finetune4j.engine.train.operation.Pass;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
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
  private final Scratch scratch;
  private final Program program;
  private final CrossEntropy loss;
  private final ParameterUpdate update;
  private boolean closed;

  private TrainableNetwork(
      Scratch scratch, Program program, CrossEntropy loss, ParameterUpdate update) {
    this.scratch = scratch;
    this.program = program;
    this.loss = loss;
    this.update = update;
  }

  /**
   * Makes a network ready for training. All of its layers train.
   *
   * @param network any number of inputs, one output that ends in softmax or sigmoid
   * @param weights all tensors of the network; others are passed over
   * @param options how steps change weights
   * @throws IllegalArgumentException if the network ends otherwise, or a tensor is missing or has
   *     another shape
   * @throws IllegalStateException if the native library of ND4J cannot be loaded
   */
  public static TrainableNetwork create(
      Network network, Weights weights, TrainingOptions options) {
    NativeBackend.load();
    Scratch scratch = new Scratch();
    Program program = new Program(network, weights, options.batchNorm(), false, scratch);
    Activation activation = program.outputActivation();
    if (activation == Activation.LINEAR || !network.outputShape().isVector()) {
      throw new IllegalArgumentException(
          "A network that trains ends in a vector behind softmax or sigmoid, but its last layer is "
              + network.layer(network.output())
              + ".");
    }
    int outputs = network.outputShape().elements();
    return new TrainableNetwork(
        scratch,
        program,
        new CrossEntropy(activation, outputs, options.loss()),
        new ParameterUpdate(options, program.parameters()));
  }

  /**
   * Makes one optimizer step.
   *
   * @param inputs for each input of the network the n samples one after the other, in channel, row,
   *     column order
   * @param n number of samples
   * @param targets one row of class shares per sample
   * @param learningRate the learning rate of this step
   * @param key names the random numbers of dropout
   * @return loss and probabilities before the step, with dropout
   * @throws IllegalArgumentException if the number or length of arrays does not fit
   */
  public StepResult step(
      float[][] inputs, int n, float[] targets, double learningRate, StepKey key) {
    Pass pass = new Pass(n, Optional.of(key));
    forward(inputs, pass);
    StepResult result = result(n, targets);
    Blob logits = program.logits();
    loss.gradient(result.probabilities(), targets, n, logits.firstGradient(n));
    program.backward(pass);
    update.step(learningRate);
    return result;
  }

  private void forward(float[][] inputs, Pass pass) {
    if (closed) {
      throw new IllegalStateException("This network is closed.");
    }
    List<Blob> blobs = program.inputs();
    requireFit(inputs, blobs, pass.n());
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

  private StepResult result(int n, float[] targets) {
    Blob logits = program.logits();
    if (targets.length != n * logits.elements()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d samples have %d targets each, not %d values in all.",
              n,
              logits.elements(),
              targets.length));
    }
    double mean = loss.loss(logits.values(), targets, n);
    return new StepResult(mean + update.penalty(), loss.probabilities(logits.values(), n));
  }

  /**
   * Computes probabilities without dropout, with stored statistics.
   *
   * @param inputs as in {@link #step}
   * @param n number of samples
   * @return one row of class probabilities per sample
   */
  public float[] predict(float[][] inputs, int n) {
    forward(inputs, new Pass(n, Optional.empty()));
    return loss.probabilities(program.logits().values(), n);
  }

  /**
   * Computes loss and probabilities without dropout, with stored statistics; nothing changes.
   *
   * @param inputs as in {@link #step}
   * @param n number of samples
   * @param targets as in {@link #step}
   */
  public StepResult evaluate(float[][] inputs, int n, float[] targets) {
    forward(inputs, new Pass(n, Optional.empty()));
    return result(n, targets);
  }

  /** Returns the current weights. */
  public Weights weights() {
    Weights.Builder weights = Weights.builder();
    program.parameters().forEach(p -> weights.put(p.spec.name(), p.tensor()));
    return weights.build();
  }

  /** Returns what the optimizer remembers. */
  public TrainerState state() {
    return update.state();
  }

  /**
   * Goes back to an earlier place: steps from here give the bits they gave from there.
   *
   * @throws IllegalArgumentException if a tensor is missing or has another shape
   */
  public void restore(Weights weights, TrainerState state) {
    program.parameters().forEach(p -> p.set(weights.get(p.spec.name())));
    update.restore(state);
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
    scratch.close();
  }
}
