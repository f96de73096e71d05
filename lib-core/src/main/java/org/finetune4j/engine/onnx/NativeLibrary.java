package org.finetune4j.engine.onnx;

import ai.onnxruntime.OrtEnvironment;

/** Loads ONNX Runtime's native library, or says why it cannot be loaded. */
final class NativeLibrary {
  private NativeLibrary() {}

  /** Returns the environment of this process, as found: its settings belong to the application. */
  static OrtEnvironment environment() {
    try {
      return OrtEnvironment.getEnvironment();
    } catch (LinkageError | IllegalStateException e) {
      throw new IllegalStateException(
          "ONNX Runtime's native library cannot be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ": "
              + rootMessage(e)
              + ". It supports glibc Linux, macOS and Windows on 64-bit x86 and ARM (not musl, as in"
              + " Alpine). It is unpacked into java.io.tmpdir ("
              + System.getProperty("java.io.tmpdir")
              + "), which must be writable, have 100 MB free and allow executables; or set"
              + " onnxruntime.native.path to a folder that holds the unpacked libraries.",
          e);
    }
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
