package org.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.Prediction;
import org.finetune4j.picture.ImageDecoder;

/** Reads an upload, as far as it is allowed to go, and classifies it. */
final class Classification implements HttpHandler {
  static final int LARGEST_UPLOAD = 10_000_000;
  private static final long LARGEST_PICTURE = 50_000_000;
  private static final int ANSWERS = 5;

  private static final int PATIENCE_SECONDS = 10;

  private final ImageClassifier classifier;
  private final Semaphore uploads = new Semaphore(uploadBytes(), true);
  private final ImageDecoder decoder = ImageDecoder.builder().maxPixels(LARGEST_PICTURE).build();

  Classification(ImageClassifier classifier) {
    this.classifier = classifier;
  }

  private static int uploadBytes() {
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    return (int) Math.max(LARGEST_UPLOAD, Math.min(Integer.MAX_VALUE, quarter));
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
    return withMemory((int) length, exchange.getRequestBody());
  }

  private static long length(HttpExchange exchange) {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    try {
      return length == null ? -1 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Uploads that are read, or wait for the classifier, take a quarter of the heap at most. */
  private Answer withMemory(int length, InputStream upload) throws IOException {
    try {
      if (!uploads.tryAcquire(length, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        passOver(upload);
        return Answer.error(503, "Too many photos at once. Try again.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.error(503, "The server stops.");
    }
    try {
      return classify(upload.readNBytes(length));
    } finally {
      uploads.release(length);
    }
  }

  private Answer classify(byte[] upload) throws IOException {
    try {
      // Waits while others' pictures fill half of the heap.
      List<Prediction> predictions =
          decoder.decode(upload, photo -> classifier.predict(photo, ANSWERS));
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
