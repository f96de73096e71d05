package org.finetune4j.engine.train;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import org.nd4j.common.config.ND4JClassLoading;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of ND4J: everything here that reaches for it comes by this door first.
 *
 * <p>ND4J looks for its back end with the class loader that the starting thread carries. On threads
 * of pools, in servlet containers and in executable jars that is another one than the loader of the
 * application's jars, nothing is found, and the JVM remembers the failure for good. So the start
 * happens with the loader of this class, whoever calls.
 */
public final class NativeBackend {
  private static final Logger LOG = LoggerFactory.getLogger(NativeBackend.class);

  private static boolean started;

  /** What is odd about what was started. */
  static volatile List<String> warnings = List.of();

  /** Why the start failed first: of a class that failed to start, the JVM only repeats that. */
  private static Optional<Throwable> failure = Optional.empty();

  private NativeBackend() {}

  /**
   * Starts ND4J unless it runs already; the first call says in the log which path convolutions
   * take. After a failure, the next call tries again.
   *
   * @throws IllegalStateException if it cannot be started; its cause is the failure itself
   */
  public static synchronized void load() {
    if (started) {
      return;
    }
    try {
      start();
      started = true;
      failure = Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      Throwable reason = e instanceof NoClassDefFoundError ? failure.orElse(e) : e;
      failure = Optional.of(reason);
      String message =
          MissingNativeLibrary.message(
              reason, System.getProperty("os.name"), System.getProperty("os.arch"));
      throw new IllegalStateException(message, reason);
    }
  }

  private static void start() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    ClassLoader own = NativeBackend.class.getClassLoader();
    thread.setContextClassLoader(own);
    try {
      // What it remembers is the loader of the first thread that ever touched it.
      ND4JClassLoading.setNd4jClassloader(own);
      findBackend(own);
      warnings = warnings(Nd4j.getBackend().buildInfo());
      warnings.forEach(LOG::warn);
      if (warnings.isEmpty()) {
        LOG.info("Training on ND4J with oneDNN convolutions.");
      }
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Before the class Nd4j is touched, which in a JVM fails only once. */
  private static void findBackend(ClassLoader own) {
    if (!ServiceLoader.load(Nd4jBackend.class, own).iterator().hasNext()) {
      throw new IllegalStateException(
          "no back end of ND4J (META-INF/services/" + Nd4jBackend.class.getName() + ") is there");
    }
  }

  /** Returns what is odd about a build of ND4J. */
  static List<String> warnings(String build) {
    return build.toUpperCase(Locale.ROOT).contains("HAVE_ONEDNN")
        ? List.of()
        : List.of(
            "Training on ND4J without oneDNN: convolutions are several times slower. Use the"
                + " classifier of nd4j-native that ends in -onednn where there is one.");
  }
}
