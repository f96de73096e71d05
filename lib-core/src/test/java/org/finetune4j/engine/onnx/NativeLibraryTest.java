package org.finetune4j.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a program sees where ONNX Runtime cannot be loaded; in processes of their own. */
class NativeLibraryTest {
  @TempDir Path folder;

  /** Asks for the environment twice: the JVM reports a failed class differently the second time. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        try {
          NativeLibrary.environment();
          System.out.println("loaded");
        } catch (IllegalStateException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  private static List<String> run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.lines().toList();
  }

  @Test
  void loads() throws Exception {
    assertThat(run()).containsExactly("loaded", "loaded");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // does not delete libraries in use
  void nothingStaysInTheTemporaryFolder() throws Exception {
    assertThat(run("-Djava.io.tmpdir=" + folder)).containsExactly("loaded", "loaded");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void saysWhatToDoWhereTheTemporaryFolderIsMissing() throws Exception {
    assertThat(run("-Djava.io.tmpdir=" + folder.resolve("missing")))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("ONNX Runtime's native library cannot be loaded on ")
                    .contains(folder.resolve("missing").toString())
                    .contains("musl")
                    .contains("onnxruntime.native.path"));
  }

  @Test
  void saysWhatToDoWhereTheLibrariesAreNotWhereTheyShouldBe() throws Exception {
    assertThat(run("-Donnxruntime.native.onnxruntime.path=" + folder.resolve("none.so")))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("ONNX Runtime's native library cannot be loaded on ")
                    .contains("none.so"));
  }
}
