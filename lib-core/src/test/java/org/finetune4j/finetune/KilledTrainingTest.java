package org.finetune4j.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real kills (SIGKILL on Unix) of a real process, at moments nobody chose: the waits before them
 * come from a seed, which a failure names; {@code -Dfinetune4j.kills=seed} gives others.
 */
class KilledTrainingTest {
  private static final long SEED = Long.getLong("finetune4j.kills", 20261126);
  private static final boolean THOROUGH = Boolean.getBoolean("finetune4j.thorough");

  /** How a process ends that was killed: by signal 9 on Unix, with 1 on Windows. */
  private static final int KILLED = File.separatorChar == '/' ? 128 + 9 : 1;

  @TempDir Path folder;

  @Test
  void aKilledHeadEndsWithTheBitsOfAnUninterruptedOne() throws Exception {
    killAndCompare("head", THOROUGH ? 20 : 1, KillableRun.head(UnaryOperator.identity()));
  }

  @Test
  void aStagedFineTuningKilledInsideEpochsEndsWithTheBitsOfAnUninterruptedOne() throws Exception {
    killAndCompare("staged", THOROUGH ? 20 : 2, KillableRun.staged(UnaryOperator.identity()));
  }

  private void killAndCompare(String what, int kills, Weights whole) throws Exception {
    Path checkpoints = folder.resolve("checkpoints");
    Path result = folder.resolve("result");
    Random random = new Random(SEED);
    for (int i = 0; i < kills; i++) {
      // Killed on its way from one step to the next but one, where it would wait.
      int step = 1 + random.nextInt(4);
      Process run = start(what, checkpoints, result, step + 1);
      assertThat(run.getInputStream().readNBytes(step)).as(this::log).hasSize(step);
      assertThat(run.destroyForcibly().waitFor()).as(this::log).isEqualTo(KILLED);
    }
    assertThat(start(what, checkpoints, result, 0).waitFor()).as(this::log).isZero();
    assertThat(Files.readAllBytes(result)).as("seed %d", SEED).isEqualTo(KillableRun.bytes(whole));
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start(String what, Path checkpoints, Path result, int last) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            KillableRun.class.getName(),
            what,
            checkpoints.toString(),
            result.toString(),
            Integer.toString(last))
        .redirectError(new File(folder.toFile(), "log.txt"))
        .start();
  }
}
