package org.example;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A standalone cluster on the loopback address: a folder like Spark's own, and processes. */
final class Cluster implements AutoCloseable {
  private final Path home;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  private Cluster(Path home, int port) {
    this.home = home;
    this.port = port;
  }

  static Cluster start(Path folder, int workers) throws IOException, InterruptedException {
    Path home = folder.resolve("spark-home");
    Path jars = Files.createDirectories(home.resolve("jars"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      if (entry.endsWith(".jar") && !Files.exists(jars.resolve(jar.getFileName()))) {
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
      }
    }
    Cluster cluster = new Cluster(home, freePort());
    try {
      cluster.start(workers);
      return cluster;
    } catch (IOException | InterruptedException e) {
      cluster.close();
      throw e;
    }
  }

  private void start(int workers) throws IOException, InterruptedException {
    run("master.log", "master.Master", "--host", "127.0.0.1", "--port", port + "");
    for (int i = 0; i < workers; i++) {
      run(
          "worker" + i + ".log",
          "worker.Worker",
          "--host",
          "127.0.0.1",
          "--cores",
          "1",
          "--memory",
          "1g",
          "--work-dir",
          home.resolve("work" + i).toString(),
          address());
    }
    for (int i = 0; i < workers; i++) {
      await("worker" + i + ".log", "Successfully registered with master");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void run(String log, String main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.addAll(List.of(System.getProperty("openings").trim().split("\\s+")));
    command.add("-cp");
    command.add(home.resolve("jars") + File.separator + "*");
    command.add("org.apache.spark.deploy." + main);
    command.add("--webui-port");
    command.add("0");
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve(log).toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    processes.add(builder.start());
  }

  private void await(String log, String words) throws IOException, InterruptedException {
    Path file = home.resolve(log);
    // Long enough for a machine on which much else runs.
    for (int i = 0; i < 1_800; i++) {
      if (Files.exists(file) && Files.readString(file).contains(words)) {
        return;
      }
      Thread.sleep(100);
    }
    throw new IOException("'" + words + "' is not in " + log + ":\n" + Files.readString(file));
  }

  String address() {
    return "spark://127.0.0.1:" + port;
  }

  private Stream<ProcessHandle> executors() {
    return processes.stream().flatMap(process -> process.descendants());
  }

  void killAnExecutor() {
    executors().findFirst().orElseThrow().destroyForcibly();
  }

  /** What each executor, the killed one too, has said. */
  List<String> executorLogs() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      List<String> logs = new ArrayList<>();
      for (Path file : files.filter(it -> it.endsWith("stderr")).toList()) {
        logs.add(Files.readString(file));
      }
      return logs;
    }
  }

  @Override
  public void close() throws InterruptedException {
    executors().forEach(ProcessHandle::destroyForcibly);
    for (Process process : processes) {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
