package org.finetune4j.weights.download;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * The npm command of this machine.
 *
 * @param command the program and its arguments that print the registry
 * @param timeout how long it may take
 */
record NpmCommand(List<String> command, Duration timeout) {
  private static final int ATTEMPTS = 2;

  NpmCommand {
    command = List.copyOf(command);
  }

  static NpmCommand standard() {
    boolean windows =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    return new NpmCommand(
        List.of(windows ? "npm.cmd" : "npm", "config", "get", "registry"), Duration.ofSeconds(60));
  }

  /**
   * Returns the registry that npm would use. A busy machine may need its time to start npm, so it
   * is asked a second time.
   *
   * @throws IOException if there is no npm, or it does not answer; the message goes on after "there
   *     is no registry configured, and "
   */
  String registry() throws IOException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Path answer = Files.createTempFile("npm-registry", ".txt");
      try {
        OptionalInt code = run(answer);
        if (code.isPresent()) {
          return read(answer, code.getAsInt());
        }
      } finally {
        Files.deleteIfExists(answer);
      }
    }
    throw new IOException(
        String.format(
            Locale.ROOT,
            "%s did not answer within %s seconds, asked twice; try again when the machine is less"
                + " busy",
            this,
            timeout.toMillis() / 1000.0));
  }

  /**
   * Returns the exit code; none if the time was up. What it prints goes to a file: a pipe that
   * nobody reads would keep a talkative program from ending.
   */
  private OptionalInt run(Path answer) throws IOException {
    Process npm = start(answer);
    try {
      npm.getOutputStream().close();
      return npm.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
          ? OptionalInt.of(npm.exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException(this + " was interrupted; try again").initCause(e);
    } finally {
      npm.descendants().forEach(ProcessHandle::destroyForcibly);
      npm.destroyForcibly();
    }
  }

  private Process start(Path answer) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectOutput(answer.toFile())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new IOException("there is no npm command to ask; install npm", e);
    }
  }

  private String read(Path answer, int code) throws IOException {
    if (code != 0) {
      throw new IOException(this + " ended with code " + code + "; repair npm");
    }
    return lastAddress(answer).orElseThrow(() -> new IOException(this + " names none; repair npm"));
  }

  @Override
  public String toString() {
    return "the command '" + String.join(" ", command) + "'";
  }

  private static Optional<String> lastAddress(Path answer) throws IOException {
    return Files.readString(answer, StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("http"))
        .reduce((first, second) -> second);
  }
}
