package org.finetune4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier under load: many threads, and for long. */
class LoadTest {
  private static final boolean THOROUGH = Boolean.getBoolean("finetune4j.thorough");
  private static final Path STATUS = Path.of("/proc/self/status");

  @TempDir Path folder;

  /** Encoded pictures of many sizes. */
  private static List<byte[]> files() throws IOException {
    Random random = new Random(5);
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      BufferedImage picture =
          new BufferedImage(20 + 13 * i, 150 - 6 * i, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < picture.getHeight(); y++) {
        for (int x = 0; x < picture.getWidth(); x++) {
          picture.setRGB(x, y, (i % 2 == 0 ? x : y) / 9 % 2 * 0x808080 + random.nextInt(0x40));
        }
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThat(ImageIO.write(picture, i % 3 == 0 ? "png" : "jpg", out)).isTrue();
      files.add(out.toByteArray());
    }
    return files;
  }

  private static List<List<Prediction>> serial(ImageClassifier classifier, List<byte[]> files)
      throws IOException {
    List<List<Prediction>> answers = new ArrayList<>();
    for (byte[] file : files) {
      answers.add(classifier.predict(file, 2));
    }
    return answers;
  }

  @Test
  void sixteenThreadsGiveTheAnswersOfOne()
      throws IOException, InterruptedException, ExecutionException {
    int each = THOROUGH ? 1000 : 50;
    List<byte[]> files = files();
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      List<List<Prediction>> expected = serial(classifier, files);
      List<Future<Integer>> results = new ArrayList<>();
      for (int thread = 0; thread < 16; thread++) {
        int first = thread;
        results.add(
            threads.submit(
                () -> {
                  int equal = 0;
                  for (int i = first; i < first + each; i++) {
                    int file = i % files.size();
                    equal +=
                        classifier.predict(files.get(file), 2).equals(expected.get(file)) ? 1 : 0;
                  }
                  return equal;
                }));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get()).isEqualTo(each);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * Predicts from four threads, and loads and closes classifiers beside, for one hour or as long as
   * the system property {@code finetune4j.soak} says ({@code PT3M}); the memory of the process must
   * not grow in the second half.
   */
  @Test
  void memoryDoesNotGrow() throws IOException, InterruptedException, ExecutionException {
    assumeTrue(THOROUGH, "a soak of one hour: -Dfinetune4j.thorough=true");
    assumeTrue(Files.exists(STATUS), "reads Linux's " + STATUS);
    Duration time = Duration.parse(System.getProperty("finetune4j.soak", "PT1H"));
    List<byte[]> files = files();
    Path bundle = folder.resolve("bundle.zip");
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong predictions = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Long> memory = new ArrayList<>();
    try (ImageClassifier classifier = TinyClassifier.of(1)) {
      classifier.save(bundle);
      List<List<Prediction>> expected = serial(classifier, files);
      List<Future<?>> workers = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        workers.add(
            threads.submit(
                () -> {
                  for (int i = 0; !over.get(); i++) {
                    int file = i % files.size();
                    assertThat(classifier.predict(files.get(file), 2))
                        .isEqualTo(expected.get(file));
                    if (predictions.incrementAndGet() % 500 == 0) {
                      ImageClassifier.load(bundle).close();
                    }
                  }
                  return null;
                }));
      }
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        Thread.sleep(1000);
        memory.add(anonymousKilobytes());
      }
      over.set(true);
      for (Future<?> worker : workers) {
        worker.get();
      }
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
    long before = largest(memory.subList(memory.size() / 4, memory.size() / 2));
    System.getLogger(LoadTest.class.getName())
        .log(
            System.Logger.Level.INFO,
            "{0} predictions, anonymous memory {1} kB",
            predictions,
            memory.stream().mapToLong(value -> value).summaryStatistics());
    long after = largest(memory.subList(memory.size() * 3 / 4, memory.size()));
    assertThat(after)
        .as(
            "kB of %s predictions, in the second and the last quarter; all: %s",
            predictions, memory)
        .isLessThanOrEqualTo(before + before / 20 + 16 * 1024);
  }

  private static long largest(List<Long> values) {
    return values.stream().mapToLong(value -> value).max().orElseThrow();
  }

  /** Returns the memory of this process that no file backs: heap and native. */
  private static long anonymousKilobytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
