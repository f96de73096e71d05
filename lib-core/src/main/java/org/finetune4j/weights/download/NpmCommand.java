package org.finetune4j.weights.download;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The npm command of this machine.
 *
 * @param command the program and its arguments that print the registry
 * @param timeout how long it may take
 */
record NpmCommand(List<String> command, Duration timeout) {
  NpmCommand {
    command = List.copyOf(command);
  }

  static NpmCommand standard() {
    boolean windows =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    return new NpmCommand(
        List.of(windows ? "npm.cmd" : "npm", "config", "get", "registry"), Duration.ofSeconds(30));
  }

  /** Returns the registry that npm would use; nothing if there is no npm, or it does not answer. */
  Optional<String> registry() throws IOException {
    Path answer = Files.createTempFile("npm-registry", ".txt");
    try {
      return run(answer) ? lastAddress(answer) : Optional.empty();
    } finally {
      Files.deleteIfExists(answer);
    }
  }

  /** Writes to a file: a pipe that nobody reads would keep a talkative program from ending. */
  private boolean run(Path answer) {
    try {
      Process npm =
          new ProcessBuilder(command)
              .redirectOutput(answer.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      npm.getOutputStream().close();
      try {
        return npm.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS) && npm.exitValue() == 0;
      } finally {
        npm.descendants().forEach(ProcessHandle::destroyForcibly);
        npm.destroyForcibly();
      }
    } catch (IOException e) {
      return false; // no such command
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Optional<String> lastAddress(Path answer) throws IOException {
    return Files.readString(answer, StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("http"))
        .reduce((first, second) -> second);
  }
}
