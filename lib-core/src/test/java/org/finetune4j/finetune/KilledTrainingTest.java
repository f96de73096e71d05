package org.finetune4j.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
    int killed = 0;
    while (!Files.exists(result)) {
      String before = newest(checkpoints);
      Process run = start(what, checkpoints, result);
      if (killed < kills) {
        // Wait until it learns, then for a moment that differs every time.
        while (run.isAlive() && newest(checkpoints).equals(before)) {
          Thread.sleep(2);
        }
        run.waitFor(random.nextInt(120), TimeUnit.MILLISECONDS);
        int exit = run.destroyForcibly().waitFor();
        assertThat(exit).as(this::log).isIn(0, KILLED);
        killed += exit == KILLED ? 1 : 0;
      } else {
        assertThat(run.waitFor()).as(this::log).isZero();
      }
    }
    assertThat(Files.readAllBytes(result)).as("seed %d", SEED).isEqualTo(KillableRun.bytes(whole));
    assertThat(killed).isEqualTo(kills);
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

  private String log() {
    try {
      return Files.readString(folder.resolve("log.txt"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start(String what, Path checkpoints, Path result) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            KillableRun.class.getName(),
            what,
            checkpoints.toString(),
            result.toString())
        .redirectErrorStream(true)
        .redirectOutput(new File(folder.toFile(), "log.txt"))
        .start();
  }
}
