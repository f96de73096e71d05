package org.finetune4j.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.finetune4j.network.Input;
import org.finetune4j.network.Network;
import org.finetune4j.weights.Weights;

/**
 * A network that ONNX Runtime runs. Thread-safe: calls run side by side. It holds native memory
 * (about the size of the weights) until it is closed.
 */
public final class OnnxSession implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  private final List<Input> inputs;
  private final List<String> outputs;
  private final Native session;
  private final Cleaner.Cleanable cleanable;
  private final ReadWriteLock use = new ReentrantReadWriteLock(true);
  private boolean closed;

  private OnnxSession(Network network, Native session) {
    this.inputs = network.inputs();
    this.outputs =
        network.outputs().stream().map(name -> OnnxEmitter.outputName(network, name)).toList();
    this.session = session;
    this.cleanable = CLEANER.register(this, session);
  }

  /**
   * Prepares a network to run.
   *
   * @param network any piece: what runs ends at its outputs
   * @param weights at least its tensors
   * @param options threads
   * @throws IllegalArgumentException if a tensor is missing or of another shape
   * @throws IllegalStateException if ONNX Runtime cannot be loaded
   */
  public static OnnxSession open(Network network, Weights weights, RuntimeOptions options) {
    byte[] model = OnnxWriter.bytes(network, weights);
    return new OnnxSession(
        network, Native.open((environment, how) -> environment.createSession(model, how), options));
  }

  /**
   * Prepares the model of a file that {@link OnnxReader} has checked against this network.
   *
   * @param network what the model computes
   * @param model the file's bytes, a direct buffer, read before this method returns
   * @param options threads
   * @throws IllegalStateException if ONNX Runtime cannot be loaded
   */
  public static OnnxSession open(Network network, ByteBuffer model, RuntimeOptions options) {
    return new OnnxSession(
        network, Native.open((environment, how) -> environment.createSession(model, how), options));
  }

  /**
   * Runs a batch.
   *
   * @param samples how many samples the batch has, at least 1
   * @param batch for each input of the network the activations of all samples, one behind the
   *     other, in channel, row, column order; a direct buffer spares a copy
   * @return for each output of the network the activations of all samples, likewise
   * @throws IllegalArgumentException if the lengths do not fit
   * @throws IllegalStateException if the session is closed
   */
  public float[][] run(int samples, FloatBuffer... batch) {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The network is closed and cannot run any more.");
      }
      Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
      try {
        for (int i = 0; i < inputs.size(); i++) {
          tensors.put(inputs.get(i).name(), tensor(inputs.get(i), samples, batch[i]));
        }
        try (OrtSession.Result result = session.run(tensors)) {
          List<float[]> activations = new ArrayList<>();
          for (String output : outputs) {
            OnnxValue value = result.get(output).orElseThrow();
            activations.add(((OnnxTensor) value).getFloatBuffer().array());
          }
          return activations.toArray(new float[0][]);
        }
      } finally {
        tensors.values().forEach(OnnxTensor::close);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
    } finally {
      use.readLock().unlock();
    }
  }

  private OnnxTensor tensor(Input input, int samples, FloatBuffer values) throws OrtException {
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
    long[] shape = new long[1 + input.shape().dimensions().size()];
    shape[0] = samples;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = input.shape().dimensions().get(i - 1);
    }
    return OnnxTensor.createTensor(session.environment, values, shape);
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

  /** What must be given back; knows nothing of the session, so that it can be collected. */
  private record Native(OrtEnvironment environment, OrtSession session) implements Runnable {
    @FunctionalInterface
    interface Opening {
      OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options)
          throws OrtException;
    }

    static Native open(Opening opening, RuntimeOptions options) {
      OrtEnvironment environment = NativeLibrary.environment();
      try (OrtSession.SessionOptions how = new OrtSession.SessionOptions()) {
        how.setIntraOpNumThreads(options.threads());
        how.addConfigEntry("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
        return new Native(environment, opening.open(environment, how));
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime refuses the network: " + e.getMessage(), e);
      }
    }

    OrtSession.Result run(Map<String, OnnxTensor> tensors) throws OrtException {
      return session.run(tensors);
    }

    @Override
    public void run() {
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime failed to close: " + e.getMessage(), e);
      }
    }
  }
}
