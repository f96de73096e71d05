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
 * Reads hostile files in a JVM of its own: {@code folder seed kind:first:count ...}, a count of
 * {@code all} for those that were thought out. Each may be accepted or refused with what is
 * documented; the process ends with 1 if some are not, with 3 at one that does not come to an end.
 * The same seed and number give the same file.
 */
final class Campaign {
  private static final long MOST_SECONDS = 5;
  private static final int OVERDUE_SECONDS = 60;
  private static final int MOST_FAILURES = 10;

  /** Of small files, whose garbage is let go. */
  private static final int MANY = 100;

  /** All of the process: heap, direct memory, ONNX Runtime and the JVM itself. */
  private static final long MOST_RESIDENT_KILOBYTES = 512 << 10;

  private final Subject subject;
  private final long seed;
  private final Path folder;
  private final com.sun.management.OperatingSystemMXBean system =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private volatile int number;
  private int accepted;
  private int failures;
  private double slowest;
  private int slowestNumber;
  private long largest;
  private int largestNumber;

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
      int count = what[2].equals("all") ? subject.count() : Integer.parseInt(what[2]);
      new Campaign(subject, Long.parseLong(arguments[1]), folder.resolve("case"))
          .run(Integer.parseInt(what[1]), count);
    }
  }

  private static Subject subject(String kind, Path original) throws IOException {
    return switch (kind) {
      case "crafted-onnx" -> CraftedOnnx.subject();
      case "crafted-weights" -> CraftedWeights.subject();
      case "crafted-pictures" -> CraftedPictures.subject();
      case "crafted-bundles" -> CraftedBundles.subject(original);
      case "crafted-archives" -> CraftedLists.archives();
      case "crafted-records" -> CraftedLists.records();
      case "crafted-lists" -> CraftedLists.lists();
      case "crafted-indexes" -> CraftedStores.indexes();
      case "crafted-checkpoints" -> CraftedStores.checkpoints(original);
      case "crafted-caches" -> CraftedStores.caches(original);
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
    long begin = System.nanoTime();
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
      if (subject.count() > 0 || next % MANY == 0) {
        forget();
      }
      accepted += read() ? 1 : 0;
    }
    watchdog.interrupt();
    if (failures > 0) {
      System.exit(1);
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %d files, %d accepted, slowest %.2f s (%d), peak %d MB resident (%d)%n",
        subject.name(),
        count,
        accepted,
        slowest,
        slowestNumber,
        largest / 1024,
        largestNumber);
    if (Boolean.getBoolean("probe")) {
      System.out.printf("   in all %.1f s%n", (System.nanoTime() - begin) / 1e9);
    }
  }

  /**
   * What was thought out is large where it is made, and each is near to the limit; and a heap fills
   * up with what nobody needs any more: what is left of others does not count.
   */
  private static void forget() {
    System.gc();
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak becomes what there is
    } catch (IOException elsewhere) {
      return; // the peak stays that of all before
    }
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
    String why = "accepted";
    long work = system.getProcessCpuTime();
    long started = System.nanoTime();
    try {
      subject.reader().read(folder);
    } catch (IOException documented) {
      sound = false;
      why = documented.getMessage();
      if (documented.getMessage() == null) {
        fail("an IOException without a message", documented);
      }
    } catch (RuntimeException | Error e) {
      fail("undocumented", e);
    }
    // Where others use the processors, time passes without work: both must be long.
    double seconds = Math.min(System.nanoTime() - started, system.getProcessCpuTime() - work) / 1e9;
    if (seconds > slowest) {
      slowest = seconds;
      slowestNumber = number;
    }
    long resident = mostResidentKilobytes();
    if (resident > largest) {
      largest = resident;
      largestNumber = number;
    }
    if (seconds > MOST_SECONDS) {
      fail("took " + seconds + " s", new Throwable());
    }
    if (resident > MOST_RESIDENT_KILOBYTES && !Boolean.getBoolean("probe")) {
      fail("took " + resident / 1024 + " MB of memory", new Throwable());
    }
    if (Boolean.getBoolean("probe")) {
      System.out.printf("  %d: %.2f s %d MB %s%n", number, seconds, resident / 1024, why);
    }
    return sound;
  }

  private void fail(String what, Throwable why) {
    StringWriter trace = new StringWriter();
    why.printStackTrace(new PrintWriter(trace));
    System.out.println(subject.name() + ", seed " + seed + ", number " + number + ": " + what);
    System.out.println(trace);
    failures++;
    if (failures == MOST_FAILURES) {
      System.exit(1);
    }
  }

  /** Returns the most memory that the process had; 0 where the system does not say. */
  private static long mostResidentKilobytes() {
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

  /**
   * Ends the process at a case that does not end. Seconds are counted one by one, so that those in
   * which the whole process stands still, on a machine that pauses it, are none; reading that waits
   * without work, as from a pipe, is counted.
   */
  private void watch() {
    int watched = -1;
    for (int seconds = 0; seconds < OVERDUE_SECONDS; seconds++) {
      if (watched != number) {
        watched = number;
        seconds = 0;
      }
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
