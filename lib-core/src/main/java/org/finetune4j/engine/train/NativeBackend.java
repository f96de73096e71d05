package org.finetune4j.engine.train;

import java.util.Locale;
import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native library behind ND4J, which may be missing or built without oneDNN. */
final class NativeBackend {
  private static final Logger LOG = LoggerFactory.getLogger(NativeBackend.class);

  /** Why loading failed: only the first attempt says so, the JVM forgets it afterwards. */
  private static final Optional<Throwable> FAILURE = start();

  private NativeBackend() {}

  /**
   * Loads the library; the first call says in the log which path convolutions take.
   *
   * @throws IllegalStateException if it cannot be loaded
   */
  static void load() {
    if (FAILURE.isPresent()) {
      String message =
          MissingNativeLibrary.message(
              FAILURE.get(), System.getProperty("os.name"), System.getProperty("os.arch"));
      throw new IllegalStateException(message, FAILURE.get());
    }
  }

  private static Optional<Throwable> start() {
    try {
      String build = Nd4j.getBackend().buildInfo();
      if (build.toUpperCase(Locale.ROOT).contains("HAVE_ONEDNN")) {
        LOG.info("Training on ND4J with oneDNN convolutions.");
      } else {
        LOG.warn(
            "Training on ND4J without oneDNN: convolutions are several times slower. Use the"
                + " classifier of nd4j-native that ends in -onednn where there is one.");
      }
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      return Optional.of(e);
    }
  }
}
