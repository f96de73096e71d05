package org.example;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all tasks of an executor share: each model is opened once per process, by the first task
 * that needs it, and closed when the process ends.
 */
final class Shared {
  private static final Logger LOG = LoggerFactory.getLogger(Shared.class);
  private static final Map<Object, AutoCloseable> MODELS = new ConcurrentHashMap<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Shared::close, "close-models"));
  }

  private Shared() {}

  /** Opens a model. */
  @FunctionalInterface
  interface Opener<T extends AutoCloseable> {
    T open() throws IOException;
  }

  /**
   * Returns the model of this process.
   *
   * @param key says which; whoever has an equal one gets the same model
   * @throws UncheckedIOException if it cannot be opened; the next task tries again
   */
  static <T extends AutoCloseable> T model(Class<T> type, Object key, Opener<T> opener) {
    return type.cast(
        MODELS.computeIfAbsent(
            key,
            it -> {
              try {
                LOG.info("Opening {}", key);
                return opener.open();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }));
  }

  /** Closes all models of this process; later tasks open theirs again. */
  static void close() {
    for (Object key : MODELS.keySet()) {
      try (AutoCloseable model = MODELS.remove(key)) {
        LOG.info("Closing {}", key);
      } catch (Exception e) {
        LOG.warn("{} is not closed", key, e);
      }
    }
  }

  /**
   * Returns a file that every executor can read.
   *
   * @param file a path on a folder that all machines see, or the name of a file that was given to
   *     {@code SparkContext.addFile}
   * @throws IOException if it is neither here
   */
  static Path file(String file) throws IOException {
    Path path = Path.of(file);
    Path sent = Path.of(SparkFiles.get(path.getFileName().toString()));
    if (Files.exists(path)) {
      return path;
    } else if (Files.exists(sent)) {
      return sent;
    }
    throw new IOException(
        "Executor has no '"
            + file
            + "': neither on a folder that all machines share, nor sent by SparkContext.addFile ("
            + sent
            + ").");
  }
}
