package org.finetune4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real kills (SIGKILL on Unix) of a real process, at moments nobody chose. */
class KilledTrainingTest {
  private static final int KILLS = Boolean.getBoolean("finetune4j.thorough") ? 20 : 5;

  @TempDir Path folder;

  @Test
  void aKilledRunEndsWithTheBitsOfAnUninterruptedOne() throws Exception {
    Weights whole =
        CheckpointsTest.head()
            .epochs(KillableRun.EPOCHS)
            .keepBestEpoch()
            .build()
            .fit(CheckpointsTest.features(), CheckpointsTest.features())
            .weights();
    Path checkpoints = folder.resolve("checkpoints");
    Path result = folder.resolve("result");
    Random random = new Random();
    int killed = 0;
    while (!Files.exists(result)) {
      String before = newest(checkpoints);
      Process run = start(checkpoints, result);
      if (killed < KILLS) {
        // Wait until it learns, then for a moment that differs every time.
        while (run.isAlive() && newest(checkpoints).equals(before)) {
          Thread.sleep(2);
        }
        run.waitFor(random.nextInt(120), TimeUnit.MILLISECONDS);
        killed += run.destroyForcibly().waitFor() == 0 ? 0 : 1;
      } else {
        assertThat(run.waitFor()).isZero();
      }
    }
    assertThat(Files.readAllBytes(result)).isEqualTo(KillableRun.bytes(whole));
    assertThat(killed).isEqualTo(KILLS);
  }

  private static String newest(Path checkpoints) throws IOException {
    if (Files.notExists(checkpoints)) {
      return "";
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files
          .filter(file -> file.toString().endsWith(".bin"))
          .map(file -> file.getFileName().toString())
          .max(Comparator.naturalOrder())
          .orElse("");
    }
  }

  private Process start(Path checkpoints, Path result) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            KillableRun.class.getName(),
            checkpoints.toString(),
            result.toString())
        .redirectErrorStream(true)
        .redirectOutput(new File(folder.toFile(), "log.txt"))
        .start();
  }
}
