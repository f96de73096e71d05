package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.finetune4j.testing.ChildProcess;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A class loader that had the library in it is garbage once its classifiers are closed, but for one
 * thing: ONNX Runtime registers a shutdown hook of the JVM when it starts, never takes it back, and
 * the hook's class leads to the class loader. Where the hook is taken out of the JVM by force,
 * nothing else holds the class loader: no thread, cleaner, thread-local value or registry of ours.
 * Not where WebP was decoded: each decoding of webp-imageio leaves an object to a cleaner that
 * holds it, and its class, for good.
 */
class ClassLoaderTest {
  @TempDir private Path folder;

  @ParameterizedTest(name = "{0}, context class loader: {1}")
  @CsvSource({"baseline.jpg, false", "rgb16.tif, true"})
  void onlyTheHookOfOnnxRuntimeHoldsAClosedLibrary(String picture, boolean context)
      throws IOException {
    assertThat(run(picture, context))
        .contains("with hooks: held")
        .contains("hooks: [ai.onnxruntime.OrtEnvironment$OrtEnvCloser]")
        .contains("without hooks: gone");
  }

  private String run(String picture, boolean context) throws IOException {
    Path file = folder.resolve("stripes.zip");
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      classifier.save(file);
    }
    String image =
        Objects.requireNonNull(ClassLoaderTest.class.getResource("/images/" + picture)).getPath();
    ChildProcess child =
        ChildProcess.run(
            List.of(
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:SoftRefLRUPolicyMSPerMB=0", // what is held softly goes at once
                "--add-opens=java.base/java.lang=ALL-UNNAMED"),
            120,
            folder,
            ClassLoaderRun.class,
            file.toString(),
            image,
            Boolean.toString(context));
    assertThat(child.exit()).as(child.output()).isZero();
    return child.output();
  }
}
