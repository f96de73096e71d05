package org.example;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the classifier says of a picture, and a head trained while one waits. */
@RestController
class Classifications {
  private final ImageClassifier classifier;

  Classifications(ImageClassifier classifier) {
    this.classifier = classifier;
  }

  /** The body is a picture file as it is. */
  @PostMapping("/classify")
  List<Prediction> classify(@RequestBody byte[] picture) throws IOException {
    return classifier.predict(picture, 3);
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
