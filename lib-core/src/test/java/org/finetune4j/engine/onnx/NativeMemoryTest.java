package org.finetune4j.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune4j.testing.ChildProcess;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions give their memory back: see {@link NativeMemoryRun}. */
class NativeMemoryTest {
  private static final int SECONDS = 300; // ends what never comes; nothing here is timed

  @TempDir Path folder;

  @BeforeAll
  static void needsLinux() {
    assumeTrue(
        Files.exists(NativeMemoryRun.STATUS),
        "memory is read from /proc, which this system does not have");
  }

  @Test
  void openingAndClosingManyTimesDoesNotGrow() throws IOException {
    int growth = Integer.parseInt(run("closed").output().strip());
    assertThat(growth).as("growth in MB; 50 sessions have 1600").isLessThan(100);
  }

  @Test
  void sessionsThatNobodyClosedAreCollected() throws IOException {
    assertThat(run("forgotten").output()).contains("collected");
  }

  private ChildProcess run(String what) throws IOException {
    List<String> heap =
        List.of(
            "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "--enable-native-access=ALL-UNNAMED");
    ChildProcess child = ChildProcess.run(heap, SECONDS, folder, NativeMemoryRun.class, what);
    assertThat(child.exit()).as(child.output()).isZero();
    return child;
  }
}
