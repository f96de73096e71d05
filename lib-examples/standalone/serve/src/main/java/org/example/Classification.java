package org.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.finetune4j.picture.ImageDecoder;

/** Keeps an upload in a file until its turn has come: memory is for the photos that are decoded. */
final class Classification implements HttpHandler {
  static final int LARGEST_UPLOAD = 10_000_000;
  private static final long LARGEST_PICTURE = 50_000_000;
  private static final int ANSWERS = 5;

  private final ImageClassifier classifier;
  private final Semaphore waiting;
  private final ImageDecoder decoder = ImageDecoder.builder().maxPixels(LARGEST_PICTURE).build();

  /**
   * @param waiting at most so many photos are in files, or being decoded
   */
  Classification(ImageClassifier classifier, int waiting) {
    this.classifier = classifier;
    this.waiting = new Semaphore(waiting);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    answer(exchange).send(exchange);
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/classify")) {
      return Answer.error(404, "There is nothing here. Photos go to /classify.");
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      exchange.getResponseHeaders().set("Allow", "POST");
      return Answer.error(405, "A photo is sent with POST.");
    }
    // A page of another site cannot send this type without asking first, and is not answered then.
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.startsWith("image/")) {
      return Answer.error(415, "A photo has a Content-Type of image/..., not " + type + ".");
    }
    long length = length(exchange);
    if (length < 0) {
      return Answer.error(411, "A photo is sent with its Content-Length.");
    }
    if (length > LARGEST_UPLOAD) {
      passOver(exchange.getRequestBody());
      return Answer.error(413, "A photo has at most " + LARGEST_UPLOAD + " bytes.");
    }
    return inTurn(exchange.getRequestBody());
  }

  private static long length(HttpExchange exchange) {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    try {
      return length == null ? -1 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private Answer inTurn(InputStream upload) throws IOException {
    if (!waiting.tryAcquire()) {
      passOver(upload);
      return Answer.error(503, "Too many photos at once. Try again.");
    }
    try {
      return kept(upload);
    } finally {
      waiting.release();
    }
  }

  private Answer kept(InputStream upload) throws IOException {
    Path file = Files.createTempFile("photo", null);
    try {
      Files.copy(upload, file, StandardCopyOption.REPLACE_EXISTING);
      return classify(file);
    } finally {
      Files.delete(file);
    }
  }

  private Answer classify(Path file) throws IOException {
    // As a stream: messages are no place for the names of this machine's folders.
    try (InputStream photo = Files.newInputStream(file)) {
      // Waits while others' pictures fill half of the heap.
      List<Prediction> predictions =
          decoder.decode(photo, image -> classifier.predict(image, ANSWERS));
      return Answer.json(200, Map.of("predictions", predictions));
    } catch (IOException e) {
      return Answer.error(400, e.getMessage());
    }
  }

  /** Browsers read an answer only after they have sent; but not everything is listened to. */
  private static void passOver(InputStream upload) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (long left = 4L * LARGEST_UPLOAD; left > 0; ) {
      int read = upload.read(buffer);
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }
}
