package org.finetune4j.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory that a training takes, beside PyTorch's: a table of peaks of the whole resident set,
 * each of a process of its own that makes some steps.
 */
public final class TrainingMemory {
  private static final int TURNS = 3;

  /** What {@code -Xmx} is for our side: Java fills whatever heap it gets. */
  private static final String HEAP = System.getProperty("bench.heap", "500m");

  private TrainingMemory() {}

  /**
   * Measures the trainings that {@code -Dbench.rows} selects.
   *
   * @param args none; in the process that is looked at, the training
   */
  public static void main(String[] args) throws IOException {
    if (args.length > 0) {
      train(args[0]);
      return;
    }
    System.out.println("| training | ours, MB | PyTorch, MB | ratio |\n| --- | --- | --- | --- |");
    for (Contest contest : TrainingContests.all()) {
      if (Settings.wants(contest.name())) {
        double ours = megabytes(our(contest.name()), contest);
        double theirs = megabytes(theirs(contest.name()), contest);
        System.out.printf(
            "| %s | %,.0f | %,.0f | %.2f |%n", contest.work(), ours, theirs, ours / theirs);
      }
    }
  }

  /** Trains for some turns, as a peer in Python does: each line that it reads is answered. */
  private static void train(String name) throws IOException {
    Contest contest =
        TrainingContests.all().stream()
            .filter(it -> it.name().equals(name))
            .findFirst()
            .orElseThrow();
    Side side = contest.ours().open();
    System.out.println("ready");
    for (int read = System.in.read(); read >= 0; read = System.in.read()) {
      if (read == '\n') {
        System.out.println(side.turn());
      }
    }
    System.exit(0); // ND4J leaves threads behind.
  }

  private static List<String> our(String name) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // G1 keeps each large array in regions of its own, with room behind it that nobody uses.
    command.addAll(List.of("-Xmx" + HEAP, "-XX:+UseSerialGC"));
    command.add("-Dbench.seconds=" + Settings.TURN_SECONDS);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TrainingMemory.class.getName(), name));
    return command;
  }

  private static List<String> theirs(String name) {
    return List.of(
        Settings.PYTHON,
        "-W",
        "ignore",
        Settings.PEER,
        name.equals("vgg16-cached") ? "vgg16-finetune" : name,
        Integer.toString(Settings.THREADS),
        Double.toString(Settings.TURN_SECONDS));
  }

  private static double megabytes(List<String> command, Contest contest) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
      Writer turns = process.outputWriter(StandardCharsets.UTF_8);
      for (int turn = 0; turn <= TURNS; turn++) {
        if (answers.readLine() == null) {
          throw new IOException("The process of " + contest.name() + " ended.");
        }
        turns.write("turn\n");
        turns.flush();
      }
      return peakKilobytes(process) / 1e3;
    } finally {
      process.destroyForcibly();
    }
  }

  private static double peakKilobytes(Process process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
