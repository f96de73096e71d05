package org.finetune4j.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's use of an NVIDIA GPU: where its GPU build is on the class path, until opening a
 * network there fails once. Which GPU it sees is CUDA's to decide ({@code CUDA_VISIBLE_DEVICES}).
 */
final class Cuda {
  private static final Logger LOG = LoggerFactory.getLogger(Cuda.class);
  private static final int FIRST_DEVICE = 0;

  private static volatile boolean givenUp;

  private Cuda() {}

  static boolean isUsable() {
    NativeLibrary.environment();
    return !givenUp && OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  static void addTo(OrtSession.SessionOptions options) throws OrtException {
    options.addCUDA(FIRST_DEVICE);
  }

  /** From now on the CPU runs everything. */
  static void giveUp(OrtException why) {
    givenUp = true;
    LOG.warn("ONNX Runtime's GPU build runs on the CPU: {}", why.getMessage());
  }
}
