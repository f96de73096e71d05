package org.finetune4j.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** A job of {@code torch_peer.py} in a process of its own, which sleeps between its turns. */
final class PythonPeer implements Side {
  private final Process process;
  private final BufferedReader answers;
  private final Writer turns;

  private PythonPeer(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.turns = process.outputWriter(StandardCharsets.UTF_8);
  }

  static boolean isThere() {
    return !Settings.PYTHON.isEmpty();
  }

  static PythonPeer start(String job) throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
            Settings.PYTHON,
            "-W",
            "ignore",
            Settings.PEER,
            job,
            Integer.toString(Settings.THREADS),
            Double.toString(Settings.TURN_SECONDS));
    command.redirectError(ProcessBuilder.Redirect.INHERIT);
    command.environment().put("OMP_NUM_THREADS", Integer.toString(Settings.THREADS));
    PythonPeer peer = new PythonPeer(command.start());
    peer.answer();
    return peer;
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("The Python process ended; its own message stands above.");
    }
    return line;
  }

  @Override
  public double turn() {
    try {
      turns.write("turn\n");
      turns.flush();
      return Double.parseDouble(answer());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
