package org.finetune4j.engine.dl4j;

import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native library behind ND4J, which may be missing or built without oneDNN. */
final class NativeBackend {
  private static final Logger LOG = LoggerFactory.getLogger(NativeBackend.class);

  private NativeBackend() {}

  /**
   * Loads the library; the first call says in the log which path convolutions take.
   *
   * @throws IllegalStateException if it cannot be loaded
   */
  static void load() {
    try {
      Loaded.touch();
    } catch (LinkageError e) {
      throw new IllegalStateException(
          ("Training needs ND4J's native library for %s (%s), which cannot be loaded: %s. Add"
                  + " org.nd4j:nd4j-native with the classifier of this platform (for example"
                  + " linux-x86_64-onednn), and org.bytedeco:openblas and org.bytedeco:javacpp with"
                  + " the same platform; and see that the cache folder, system property"
                  + " org.bytedeco.javacpp.cachedir, can be written to.")
              .formatted(
                  System.getProperty("os.name"), System.getProperty("os.arch"), e.getMessage()),
          e);
    }
  }

  /** Initialized once, when first touched. */
  private static final class Loaded {
    static {
      String build = Nd4j.getBackend().buildInfo();
      if (build.toUpperCase(Locale.ROOT).contains("HAVE_ONEDNN")) {
        LOG.info("Training on ND4J with oneDNN convolutions.");
      } else {
        LOG.warn(
            "Training on ND4J without oneDNN: convolutions are several times slower. Use the"
                + " classifier of nd4j-native that ends in -onednn where there is one.");
      }
    }

    private static void touch() {}
  }
}
