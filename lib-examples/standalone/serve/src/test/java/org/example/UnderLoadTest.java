package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.finetune4j.model.ImageClassifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process with a small heap, and many photos of a phone at once. */
class UnderLoadTest {
  private static final int PHOTOS = Integer.getInteger("load.photos", 60);
  private static final int AT_ONCE = Math.min(100, PHOTOS);
  private static final Pattern ADDRESS = Pattern.compile("Drop photos on (\\S+)");

  @TempDir Path folder;

  @Test
  void everyPhotoIsAnswered() throws Exception {
    Path saved = folder.resolve("brightness.zip");
    try (ImageClassifier classifier = Brightness.classifier()) {
      classifier.save(saved);
    }
    Path log = folder.resolve("log.txt");
    Process server = serve(saved, log);
    try {
      URI classify = address(server, log).resolve("classify");
      assertEquals(Collections.nCopies(PHOTOS, 200), statuses(classify, photo()));
    } finally {
      server.destroy();
      assertTrue(server.waitFor(30, TimeUnit.SECONDS), "the server does not stop");
    }
  }

  private static Process serve(Path saved, Path log) throws IOException {
    String classPath = System.getProperty("java.class.path");
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("surefire.test.class.path", classPath),
            Serve.class.getName(),
            saved.toString(),
            "0")
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .redirectOutput(log.toFile())
        .start();
  }

  private static URI address(Process server, Path log) throws Exception {
    while (server.isAlive()) {
      Matcher found = ADDRESS.matcher(Files.readString(log));
      if (found.find()) {
        return URI.create(found.group(1));
      }
      Thread.sleep(50);
    }
    throw new AssertionError("It does not start:\n" + Files.readString(log));
  }

  private static List<Integer> statuses(URI classify, byte[] photo) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(classify)
            .header("Content-Type", "image/jpeg")
            .POST(BodyPublishers.ofByteArray(photo))
            .build();
    ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < PHOTOS; i++) {
        answers.add(
            senders.submit(() -> client.send(request, BodyHandlers.discarding()).statusCode()));
      }
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> answer : answers) {
        statuses.add(answer.get(5, TimeUnit.MINUTES));
      }
      return statuses;
    } finally {
      senders.shutdownNow();
    }
  }

  /** 12 megapixels in some two megabytes: coarse noise, enlarged. */
  private static byte[] photo() throws IOException {
    Random random = new Random(12);
    BufferedImage coarse = new BufferedImage(1500, 1125, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 1500 * 1125; i++) {
      coarse.setRGB(i % 1500, i / 1500, random.nextInt(1 << 24));
    }
    BufferedImage photo = new BufferedImage(4000, 3000, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = photo.createGraphics();
    graphics.drawImage(coarse, 0, 0, 4000, 3000, null);
    graphics.dispose();
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(photo, "jpg", jpeg);
    assertTrue(jpeg.size() > 2_000_000 && jpeg.size() < 8_000_000, jpeg.size() + " bytes");
    return jpeg.toByteArray();
  }
}
