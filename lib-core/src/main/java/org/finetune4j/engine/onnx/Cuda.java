package org.finetune4j.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's use of an NVIDIA GPU: where its GPU build is on the class path, until opening a
 * network there fails once. Which GPU it sees is CUDA's to decide ({@code CUDA_VISIBLE_DEVICES}).
 */
final class Cuda {
  private static final Logger LOG = LoggerFactory.getLogger(Cuda.class);
  private static final int FIRST_DEVICE = 0;

  /** Why the CPU runs everything although the GPU build is there; empty unless it does. */
  static volatile List<String> refusal = List.of();

  private Cuda() {}

  static boolean isUsable() {
    NativeLibrary.environment();
    return refusal.isEmpty() && OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
  }

  static void addTo(OrtSession.SessionOptions options) throws OrtException {
    options.addCUDA(FIRST_DEVICE);
  }

  /** From now on the CPU runs everything. */
  static void giveUp(OrtException why) {
    String warning = "ONNX Runtime's GPU build runs on the CPU: " + why.getMessage();
    refusal = List.of(warning);
    LOG.warn(warning);
  }
}
