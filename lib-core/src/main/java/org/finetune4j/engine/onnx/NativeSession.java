package org.finetune4j.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.finetune4j.engine.onnx.graph.OnnxGraph;
import org.finetune4j.engine.onnx.graph.OnnxLayout;

/** What must be given back; knows nothing of the session around it, so that it can be collected. */
record NativeSession(OrtEnvironment environment, OrtSession session) implements Runnable {
  /**
   * Opens a graph. Its weights stand beside the model instead of inside it: ONNX Runtime takes them
   * from where they lie, which halves the time and spares a model of their size in between.
   */
  static NativeSession open(
      OnnxGraph graph, Map<String, ByteBuffer> weights, RuntimeOptions options) {
    return open(graph, weights, Set.of(), options);
  }

  /** Opens a graph that puts out more of its values than it says. */
  static NativeSession open(
      OnnxGraph graph, Map<String, ByteBuffer> weights, Set<String> more, RuntimeOptions options) {
    OrtEnvironment environment = NativeLibrary.environment();
    try (WeightTensors tensors = WeightTensors.of(environment, graph, weights)) {
      byte[] model = OnnxLayout.withoutWeights(graph, more);
      if (Cuda.isUsable()) {
        try {
          return open(environment, model, tensors, options, true);
        } catch (OrtException e) {
          Cuda.giveUp(e);
        }
      }
      return open(environment, model, tensors, options, false);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses the network: " + e.getMessage(), e);
    }
  }

  private static NativeSession open(
      OrtEnvironment environment,
      byte[] model,
      WeightTensors tensors,
      RuntimeOptions options,
      boolean onGpu)
      throws OrtException {
    try (OrtSession.SessionOptions how = new OrtSession.SessionOptions()) {
      if (onGpu) {
        Cuda.addTo(how);
      }
      how.setIntraOpNumThreads(options.threads());
      how.addConfigEntry("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
      how.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      how.addExternalInitializers(tensors.byName());
      return new NativeSession(environment, environment.createSession(model, how));
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
