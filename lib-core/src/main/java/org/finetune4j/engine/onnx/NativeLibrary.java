package org.finetune4j.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.util.Optional;

/** Loads ONNX Runtime's native library, or says why it cannot be loaded. */
final class NativeLibrary {
  /** Why loading failed: only the first attempt says so, the JVM forgets it afterwards. */
  private static final Optional<Throwable> FAILURE = load();

  private NativeLibrary() {}

  private static Optional<Throwable> load() {
    try {
      OrtEnvironment.getEnvironment();
      LastingEnvironment.keep();
      UnpackedLibraries.delete();
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      return Optional.of(e);
    }
  }

  /**
   * Returns the environment of this process, as found: its settings belong to the application.
   *
   * @throws IllegalStateException if the library cannot be loaded
   */
  static OrtEnvironment environment() {
    if (FAILURE.isPresent()) {
      throw new IllegalStateException(message(rootMessage(FAILURE.get())), FAILURE.get());
    }
    return OrtEnvironment.getEnvironment();
  }

  private static String message(String reason) {
    return "ONNX Runtime's native library cannot be loaded on "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.arch")
        + ": "
        + reason
        + ". It supports glibc Linux, macOS and Windows on 64-bit x86 and ARM (not musl, as in"
        + " Alpine). It is unpacked into java.io.tmpdir ("
        + System.getProperty("java.io.tmpdir")
        + "), which must be writable, have 100 MB free and allow executables; or set"
        + " onnxruntime.native.path to a folder that holds the unpacked libraries.";
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
