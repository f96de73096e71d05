package org.finetune4j.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder of the temporary directory into which ONNX Runtime unpacks its native libraries. ONNX
 * Runtime asks the JVM to delete the libraries and the folder at its end, in the order in which the
 * JVM tries the folder while the libraries still lie in it, so that an empty folder stays after
 * every run. Libraries that are loaded need their files no more, but on Windows.
 */
final class UnpackedLibraries {
  private static final String FOLDER = "onnxruntime-java";

  private UnpackedLibraries() {}

  /** Deletes the folder if nothing needs it any more; where that cannot be known it stays. */
  static void delete() {
    try {
      Path folder = folder();
      if (folder != null) {
        delete(folder);
      }
    } catch (ReflectiveOperationException | RuntimeException | IOException e) {
      // A folder that stays harms nobody, and ONNX Runtime works.
    }
  }

  /** The name is random and stands in this field alone. */
  private static @Nullable Path folder() throws ReflectiveOperationException {
    Field field =
        Class.forName("ai.onnxruntime.OnnxRuntime", false, OrtEnvironment.class.getClassLoader())
            .getDeclaredField("tempDirectory");
    field.setAccessible(true);
    return field.get(null) instanceof Path path ? path : null;
  }

  private static void delete(Path folder) throws IOException {
    Path name = folder.getFileName();
    if (name == null || !name.toString().startsWith(FOLDER)) {
      return;
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      all.forEach(files::add);
    } catch (NotDirectoryException e) {
      return;
    }
    // Libraries of accelerators are opened later, by their place.
    if (files.stream().anyMatch(UnpackedLibraries::isOpenedLater)) {
      return;
    }
    for (Path file : files) {
      Files.deleteIfExists(file); // Windows refuses, here and at the end of the process.
    }
    Files.deleteIfExists(folder);
  }

  private static boolean isOpenedLater(Path file) {
    return !file.toString().matches(".*[/\\\\](lib)?onnxruntime(4j_jni)?\\.(so|dylib|dll)");
  }
}
