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
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * A network that ONNX Runtime runs. Thread-safe: calls run side by side, and the same batch gives
 * the same bits in every thread. It holds native memory (about the size of the weights, and the
 * activations of the largest batch) until it is closed.
 *
 * <p>What runs ends at the network's outputs: for a layer inside, open a session of {@code
 * network.upTo(layer)}.
 */
public final class OnnxSession implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final List<Input> inputs;
  private final List<String> outputs;
  private final NativeSession session;
  private final Cleaner.Cleanable cleanable;
  private final DirectBuffers buffers = new DirectBuffers();
  private final ReadWriteLock use = new ReentrantReadWriteLock(true);
  private boolean closed;

  private OnnxSession(Network network, NativeSession session) {
    this.inputs = network.inputs();
    this.outputs =
        network.outputs().stream().map(name -> OnnxGraphBuilder.outputName(network, name)).toList();
    this.session = session;
    this.cleanable = CLEANER.register(this, session);
  }

  /**
   * Prepares a network to run. ONNX Runtime copies the weights, so they may go afterwards; views of
   * a mapped file are copied once and nothing else is held.
   *
   * @param network any piece: what runs ends at its outputs
   * @param weights at least its tensors
   * @param options threads
   * @throws IllegalArgumentException if a tensor is missing or of another shape, or a layer's name
   *     does not fit ONNX
   * @throws IllegalStateException if ONNX Runtime cannot be loaded
   */
  public static OnnxSession open(Network network, Weights weights, RuntimeOptions options) {
    OnnxGraph graph = OnnxEmitter.emit(network).withoutUnreadWeights();
    return new OnnxSession(network, NativeSession.open(graph, graph.tensors(weights), options));
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
    use.readLock().lock();
    try (BatchTensors tensors = new BatchTensors(session.environment(), buffers)) {
      if (closed) {
        throw new IllegalStateException("The network is closed and cannot run any more.");
      }
      for (int i = 0; i < batch.length; i++) {
        tensors.add(inputs.get(i), samples, batch[i]);
      }
      try (OrtSession.Result result = session.run(tensors.byName())) {
        float[][] activations = new float[outputs.size()][];
        for (int i = 0; i < activations.length; i++) {
          OnnxTensor value = (OnnxTensor) result.get(outputs.get(i)).orElseThrow();
          activations[i] = value.getFloatBuffer().array();
        }
        return activations;
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
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
