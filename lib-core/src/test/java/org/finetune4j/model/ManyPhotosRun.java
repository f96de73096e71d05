package org.finetune4j.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A process of its own with a small heap: a service that many large photos reach at once. */
final class ManyPhotosRun {
  private ManyPhotosRun() {}

  /**
   * Prints how many predictions were made, and how many different answers they gave.
   *
   * @param args a saved classifier, a photo, how many predictions, how many at once
   */
  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    Path photo = Path.of(args[1]);
    byte[] bytes = Files.readAllBytes(photo);
    Set<Object> answers = ConcurrentHashMap.newKeySet();
    ExecutorService callers = Executors.newFixedThreadPool(Integer.parseInt(args[3]));
    List<Future<?>> calls = new ArrayList<>();
    try (ImageClassifier classifier = ImageClassifier.load(Path.of(args[0]))) {
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        int way = i % 3;
        calls.add(
            callers.submit(
                () -> answers.add(predict(classifier, way == 0 ? photo : bytes, way == 1))));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    } finally {
      callers.shutdownNow();
    }
    System.out.println(calls.size() + " " + answers.size());
  }

  private static Object predict(ImageClassifier classifier, Object source, boolean copy)
      throws IOException {
    if (source instanceof Path file && !copy) {
      try (InputStream in = Files.newInputStream(file)) {
        return classifier.predict(in, 1);
      }
    }
    byte[] bytes = (byte[]) source;
    return classifier.predict(copy ? bytes.clone() : bytes, 1);
  }
}
