package org.finetune4j.testing;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM beside the tests' own, with limits: it may crash, hang or run out of memory.
 *
 * @param exit what it ended with; -1 where it was ended because its time was over
 * @param output what it printed, errors included
 */
public record ChildProcess(int exit, String output) {
  private static final int OVERDUE = -1;

  /** Runs the {@code main} of a class in so many megabytes of heap. */
  public static ChildProcess run(
      int megabytes, int seconds, Path folder, Class<?> main, String... arguments)
      throws IOException {
    return run(List.of("-Xmx" + megabytes + "m"), seconds, folder, main, arguments);
  }

  /** Runs the {@code main} of a class in a JVM with these options. */
  public static ChildProcess run(
      List<String> options, int seconds, Path folder, Class<?> main, String... arguments)
      throws IOException {
    return run(List.of(), options, seconds, folder, main, arguments);
  }

  /** Runs the {@code main} of a class in a JVM with these options that a command starts. */
  public static ChildProcess run(
      List<String> before,
      List<String> options,
      int seconds,
      Path folder,
      Class<?> main,
      String... arguments)
      throws IOException {
    Path log = Files.createTempFile(folder, "child", ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("crash.log"),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
    command.addAll(1, options);
    command.addAll(0, before);
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      boolean ended = false;
      // One by one: seconds in which both processes stand still, paused by the machine, are none.
      for (int second = 0; second < seconds && !ended; second++) {
        ended = process.waitFor(1, TimeUnit.SECONDS);
      }
      return new ChildProcess(ended ? process.exitValue() : OVERDUE, Files.readString(log));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a child ran");
    } finally {
      process.destroyForcibly();
    }
  }
}
