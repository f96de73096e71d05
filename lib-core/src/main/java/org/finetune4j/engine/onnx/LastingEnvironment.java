package org.finetune4j.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Keeps ONNX Runtime's environment until the process ends. Its Java library frees it in a hook that
 * runs when the JVM is told to end, while other threads may open sessions, which ends in a crash
 * (microsoft/onnxruntime#31352). The native library counts who asked for the environment and frees
 * it with the last of them: it is asked for once more and not given back.
 */
final class LastingEnvironment {
  private LastingEnvironment() {}

  /**
   * Asks for the environment once more.
   *
   * @return whether that could be done; otherwise it goes with the hook
   */
  static boolean keep() {
    try {
      Field api =
          Class.forName("ai.onnxruntime.OnnxRuntime", false, OrtEnvironment.class.getClassLoader())
              .getDeclaredField("ortApiHandle");
      Method create =
          OrtEnvironment.class.getDeclaredMethod(
              "createHandle", long.class, int.class, String.class);
      api.setAccessible(true);
      create.setAccessible(true);
      create.invoke(
          null, api.getLong(null), OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue(), "kept");
      return true;
    } catch (ReflectiveOperationException | RuntimeException e) {
      // Another version of ONNX Runtime, which works as it did.
      return false;
    }
  }
}
