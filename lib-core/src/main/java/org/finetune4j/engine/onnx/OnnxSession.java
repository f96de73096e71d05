package org.finetune4j.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.finetune4j.engine.onnx.graph.OnnxEmitter;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.engine.onnx.graph.OnnxGraphBuilder;
import org.finetune4j.engine.onnx.quantize.QuantizedModel;
import org.finetune4j.network.FrozenGraph;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * A network that ONNX Runtime runs. Thread-safe: calls run side by side, and the same batch gives
 * the same bits in every thread. One sample, or a few, are run by all threads together; a batch is
 * shared out among them. It holds native memory until it is closed: about twice the size of the
 * weights where it has run both, and the activations of a few samples per thread.
 *
 * <p>What runs ends at the network's outputs: for a layer inside, open a session of {@code
 * network.upTo(layer)}.
 */
public final class OnnxSession implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final List<Input> inputs;
  private final List<String> outputs;
  private final int[] outputSizes;
  private final boolean singly;
  private final SampleSharing sharing;
  private final NativeSessions sessions;
  private final Cleaner.Cleanable cleanable;
  private final DirectBuffers buffers = new DirectBuffers();
  private final ReadWriteLock use = new ReentrantReadWriteLock(true);
  private boolean closed;

  private OnnxSession(Network network, NativeSessions sessions, RuntimeOptions options) {
    this.inputs = network.inputs();
    this.outputs =
        network.outputs().stream().map(name -> OnnxGraphBuilder.outputName(network, name)).toList();
    this.outputSizes =
        network.outputs().stream().mapToInt(name -> network.shape(name).elements()).toArray();
    this.singly = FrozenGraph.in(network).map(it -> it.graph().singly()).orElse(false);
    this.sharing =
        singly
            ? new SampleSharing(options.threads(), 1)
            : SampleSharing.of(network, options.threads());
    this.sessions = sessions;
    this.cleanable = CLEANER.register(this, sessions);
  }

  /**
   * Prepares a network to run. ONNX Runtime opens it, and copies the weights, with the first sample
   * or the first batch that is run.
   *
   * @param network any piece: what runs ends at its outputs
   * @param weights at least its tensors
   * @param options threads
   * @throws IllegalArgumentException if a tensor is missing or of another shape, or a layer's name
   *     does not fit ONNX
   */
  public static OnnxSession open(Network network, Weights weights, RuntimeOptions options) {
    OnnxGraph graph = OnnxEmitter.emit(network).withoutUnreadWeights();
    NativeSessions sessions = new NativeSessions(graph, graph.values(weights), options);
    return new OnnxSession(network, sessions, options);
  }

  /**
   * Prepares a network in eight bits to run, as {@link #open(Network, Weights, RuntimeOptions)}.
   *
   * @param network whose inputs and outputs the model has
   */
  public static OnnxSession open(Network network, QuantizedModel model, RuntimeOptions options) {
    return new OnnxSession(
        network, new NativeSessions(model.graph(), model.values(), options), options);
  }

  /**
   * Returns what is odd about how this process runs networks, as far as some were opened: a GPU
   * build that the GPU refused.
   */
  public static List<String> warnings() {
    return Cuda.refusal;
  }

  /**
   * Opens now what the first single sample would open.
   *
   * @throws IllegalStateException if ONNX Runtime cannot be loaded or refuses the network
   */
  public void warmUp() {
    whileOpen(sessions::wide);
  }

  /**
   * Runs a batch.
   *
   * @param samples how many samples the batch has, at least 1
   * @param batch for each input of the network the activations of all samples, one behind the
   *     other, in channel, row, column order, from position to limit; a direct buffer of the
   *     machine's byte order spares a copy
   * @return for each output of the network the activations of all samples, likewise
   * @throws IllegalArgumentException if the number of inputs or their lengths do not fit
   * @throws IllegalStateException if the session is closed, or ONNX Runtime fails (out of memory)
   */
  public float[][] run(int samples, FloatBuffer... batch) {
    if (batch.length != inputs.size() || samples < 1) {
      throw new IllegalArgumentException(
          "The network reads at least 1 sample through "
              + inputs.size()
              + " inputs "
              + inputs.stream().map(Input::name).toList()
              + ", not "
              + samples
              + " through "
              + batch.length
              + ".");
    }
    for (int i = 0; i < batch.length; i++) {
      checkLength(inputs.get(i), samples, batch[i]);
    }
    return whileOpen(
        () -> {
          float[][] activations = memory(samples);
          // A GPU has no use for small pieces.
          if (!Cuda.isUsable() && sharing.isWorthwhile(samples)) {
            NativeSession session = sessions.narrow();
            sharing.run(samples, (at, count) -> run(session, at, count, batch, activations));
          } else {
            int together = singly ? 1 : samples;
            for (int at = 0; at < samples; at += together) {
              run(sessions.wide(), at, together, batch, activations);
            }
          }
          return activations;
        });
  }

  private static void checkLength(Input input, int samples, FloatBuffer values) {
    long expected = (long) samples * input.shape().elements();
    if (values.remaining() != expected) {
      throw new IllegalArgumentException(
          "Input '"
              + input.name()
              + "' reads "
              + samples
              + " samples of "
              + input.shape()
              + ", which is "
              + expected
              + " values, not "
              + values.remaining()
              + ".");
    }
  }

  private float[][] memory(int samples) {
    float[][] memory = new float[outputSizes.length][];
    for (int i = 0; i < memory.length; i++) {
      long size = (long) samples * outputSizes[i];
      if (size > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            samples
                + " samples of "
                + outputSizes[i]
                + " activations are more than an array holds. Run fewer samples at a time.");
      }
      memory[i] = new float[(int) size];
    }
    return memory;
  }

  /** Runs some samples of a batch and puts their activations where they belong. */
  private void run(
      NativeSession session, int first, int samples, FloatBuffer[] batch, float[][] activations) {
    try (BatchTensors tensors = new BatchTensors(session.environment(), buffers)) {
      for (int i = 0; i < batch.length; i++) {
        int size = inputs.get(i).shape().elements();
        int start = batch[i].position() + first * size;
        FloatBuffer piece = batch[i].duplicate().limit(start + samples * size).position(start);
        tensors.add(inputs.get(i), samples, piece.slice());
      }
      try (OrtSession.Result result = session.run(tensors.byName())) {
        for (int i = 0; i < activations.length; i++) {
          OnnxTensor value = (OnnxTensor) result.get(outputs.get(i)).orElseThrow();
          int size = outputSizes[i];
          value.getFloatBuffer().get(activations[i], first * size, samples * size);
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    }
  }

  private <T> T whileOpen(Supplier<T> work) {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException(
            "The classifier or backbone is closed and cannot run any more.");
      }
      return work.get();
    } finally {
      use.readLock().unlock();
      Reference.reachabilityFence(this);
    }
  }

  /** Gives the native memory back, after the calls that still run; does nothing the second time. */
  @Override
  public void close() {
    use.writeLock().lock();
    try {
      closed = true;
      cleanable.clean();
    } finally {
      use.writeLock().unlock();
    }
  }
}
