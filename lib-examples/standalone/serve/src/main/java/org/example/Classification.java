package org.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.finetune4j.data.ImageDecoder;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;

/** Reads an upload, as far as it is allowed to go, and classifies it. */
final class Classification implements HttpHandler {
  static final int LARGEST_UPLOAD = 10_000_000;
  private static final long LARGEST_PICTURE = 50_000_000;
  private static final int ANSWERS = 5;

  private final ImageClassifier classifier;
  private final ImageDecoder decoder = ImageDecoder.builder().maxPixels(LARGEST_PICTURE).build();

  Classification(ImageClassifier classifier) {
    this.classifier = classifier;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      answer(exchange).send(exchange);
    }
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
    byte[] upload = exchange.getRequestBody().readNBytes(LARGEST_UPLOAD + 1);
    if (upload.length > LARGEST_UPLOAD) {
      passOver(exchange.getRequestBody());
      return Answer.error(413, "A photo has at most " + LARGEST_UPLOAD + " bytes.");
    }
    return classify(upload);
  }

  private Answer classify(byte[] upload) throws IOException {
    Image photo;
    try {
      photo = decoder.decode(upload);
    } catch (IOException e) {
      return Answer.error(400, e.getMessage());
    }
    return Answer.json(200, Map.of("predictions", classifier.predict(photo, ANSWERS)));
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
