package org.finetune4j.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** ONNX Runtime as its own users call it: the model in a file, standard options, result copied. */
final class RawSession implements AutoCloseable {
  /** Writes a model. */
  @FunctionalInterface
  interface Export {
    void to(Path file) throws IOException;
  }

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  private RawSession(Path file) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(Settings.THREADS);
      this.session = environment.createSession(file.toString(), options);
    }
  }

  static RawSession of(Export export) throws IOException {
    Path folder = Files.createTempDirectory("bench");
    Path file = folder.resolve("model.onnx");
    try {
      export.to(file);
      return new RawSession(file);
    } catch (OrtException e) {
      throw new IOException(e);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  float[] run(int samples, int side, FloatBuffer pixels) {
    String input = session.getInputNames().iterator().next();
    long[] shape = {samples, 3, side, side};
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, pixels, shape);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
