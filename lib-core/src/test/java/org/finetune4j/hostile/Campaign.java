package org.finetune4j.hostile;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Reads mutated files in a JVM of its own: {@code folder seed kind:first:count ...}. Each may be
 * accepted or refused with what is documented; the process ends with 1 after the first that is not,
 * with 3 at one that does not come to an end. The same seed and number give the same file.
 */
final class Campaign {
  private static final long MOST_SECONDS = 5;
  private static final long OVERDUE_SECONDS = 60;

  /** Beyond the heap there are the JVM itself, ONNX Runtime, and direct memory. */
  private static final long MOST_RESIDENT_KILOBYTES = 2 << 20;

  private final Subject subject;
  private final long seed;
  private final Path folder;
  private final com.sun.management.OperatingSystemMXBean system =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private volatile long started = System.nanoTime();
  private volatile int number;
  private int accepted;
  private double slowest;

  private Campaign(Subject subject, long seed, Path folder) {
    this.subject = subject;
    this.seed = seed;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
    Path folder = Path.of(arguments[0]);
    for (String part : Arrays.asList(arguments).subList(2, arguments.length)) {
      String[] what = part.split(":", 3);
      Subject subject = subject(what[0], Files.createTempDirectory(folder, "original"));
      new Campaign(subject, Long.parseLong(arguments[1]), folder.resolve("case"))
          .run(Integer.parseInt(what[1]), Integer.parseInt(what[2]));
    }
  }

  private static Subject subject(String kind, Path original) throws IOException {
    return switch (kind) {
      case "crafted-onnx" -> CraftedOnnx.subject();
      case "crafted-weights" -> CraftedWeights.subject();
      case "crafted-pictures" -> CraftedPictures.subject();
      case "bundles" -> HostileBundles.floats(original);
      case "int8" -> HostileBundles.integers(original);
      case "models" -> HostileModels.models(original);
      case "onnx" -> HostileModels.onnx();
      case "records" -> HostileLists.records(original);
      case "archives" -> HostileLists.archives();
      case "lists" -> HostileLists.lists();
      case "hdf5" -> HostileWeights.hdf5();
      case "keras" -> HostileWeights.keras();
      case "tfjs" -> HostileWeights.tensorFlowJs();
      case "safetensors" -> HostileWeights.safetensors();
      case "dl4j" -> HostileGraphs.graphs(original);
      case "pictures" -> HostilePictures.pictures();
      case "webp" -> HostilePictures.webP();
      case "caches" -> HostileStores.caches(original);
      case "indexes" -> HostileStores.indexes(original);
      case "checkpoints" -> HostileStores.checkpoints(original);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private void run(int first, int count) throws IOException {
    Thread watchdog = new Thread(this::watch, "watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
    for (int next = first; next < first + count; next++) {
      number = next;
      Map<String, byte[]> files =
          subject.source().files(number, new SplittableRandom(seed * 1_000_003 + number));
      clear();
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = folder.resolve(file.getKey());
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        Files.write(path, file.getValue());
      }
      accepted += read() ? 1 : 0;
    }
    watchdog.interrupt();
    System.out.printf(
        Locale.ROOT,
        "%s: %d files, %d accepted, slowest %.2f s, peak %d MB resident%n",
        subject.name(),
        count,
        accepted,
        slowest,
        residentKilobytes() / 1024);
  }

  /** The case stays on the disk until the next one, so that a crash leaves it behind. */
  private void clear() throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolveSibling("number"), Integer.toString(number));
  }

  private boolean read() {
    boolean sound = true;
    long work = system.getProcessCpuTime();
    started = System.nanoTime();
    try {
      subject.reader().read(folder);
    } catch (IOException documented) {
      sound = false;
      if (documented.getMessage() == null) {
        fail("an IOException without a message", documented);
      }
    } catch (RuntimeException | Error e) {
      fail("undocumented", e);
    }
    // Where others use the processors, time passes without work: both must be long.
    double seconds = Math.min(System.nanoTime() - started, system.getProcessCpuTime() - work) / 1e9;
    slowest = Math.max(slowest, seconds);
    if (seconds > MOST_SECONDS) {
      fail("took " + seconds + " s", new Throwable());
    }
    if (residentKilobytes() > MOST_RESIDENT_KILOBYTES) {
      fail("took " + residentKilobytes() / 1024 + " MB of memory", new Throwable());
    }
    return sound;
  }

  private void fail(String what, Throwable why) {
    StringWriter trace = new StringWriter();
    why.printStackTrace(new PrintWriter(trace));
    System.out.println(subject.name() + ", seed " + seed + ", number " + number + ": " + what);
    System.out.println(trace);
    System.exit(1);
  }

  /** Returns the most memory that the process had; 0 where the system does not say. */
  private static long residentKilobytes() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException elsewhere) {
      return 0;
    }
  }

  private void watch() {
    while ((System.nanoTime() - started) / 1e9 < OVERDUE_SECONDS) {
      try {
        Thread.sleep(1000);
      } catch (InterruptedException e) {
        return;
      }
    }
    System.out.println(subject.name() + ", seed " + seed + ", number " + number + ": hangs");
    Thread.getAllStackTraces()
        .forEach((thread, stack) -> System.out.println(thread + " " + List.of(stack)));
    Runtime.getRuntime().halt(3);
  }
}
