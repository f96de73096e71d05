package org.example;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the classifier says of a picture, and a head trained while one waits. */
@RestController
class Classifications {
  private final ImageClassifier classifier;

  Classifications(ImageClassifier classifier) {
    this.classifier = classifier;
  }

  /** The body is a picture file as it is. It waits for its turn in a file, not in memory. */
  @PostMapping("/classify")
  List<Prediction> classify(InputStream body) throws IOException {
    Path file = Files.createTempFile("picture", null);
    try {
      Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
      try (InputStream picture = Files.newInputStream(file)) {
        return classifier.predict(picture, 3);
      }
    } finally {
      Files.delete(file);
    }
  }

  /** On a thread of the common pool, whose class loader does not know the jars inside the jar. */
  @PostMapping("/train")
  CompletableFuture<Map<String, Double>> train() {
    return CompletableFuture.supplyAsync(() -> Map.of("accuracy", Training.accuracy()));
  }

  @ExceptionHandler
  @ResponseStatus(HttpStatus.BAD_REQUEST)
  Map<String, String> noPicture(IOException e) {
    return Map.of("error", String.valueOf(e.getMessage()));
  }
}
