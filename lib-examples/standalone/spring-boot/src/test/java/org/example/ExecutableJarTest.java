package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.data.LabeledImage;
import org.finetune4j.image.Image;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.target.Labels;
import org.finetune4j.train.NetworkTrainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Starts the executable jar on the loopback address and asks it. */
class ExecutableJarTest {
  private static final Path CLASSIFIER = Path.of("target", "dark-or-bright.zip");
  private static final Path LOG = Path.of("target", "application.log");
  private static final Pattern PORT = Pattern.compile("started on port[^0-9]*(\\d+)");

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static Process application;
  private static String address;

  @BeforeAll
  static void start() throws Exception {
    train();
    application =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.awt.headless=true",
                "-jar",
                System.getProperty("jar"),
                "--server.address=127.0.0.1",
                "--server.port=0",
                "--classifier=" + CLASSIFIER)
            .redirectErrorStream(true)
            .redirectOutput(LOG.toFile())
            .start();
    address = "http://127.0.0.1:" + port();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (application != null) {
      application.destroy();
      assertTrue(application.waitFor(30, TimeUnit.SECONDS), "the application does not stop");
    }
  }

  @Test
  void predicts() throws Exception {
    HttpResponse<String> answer = post("/classify", png(new Color(200, 200, 200)));
    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.body().matches("\\[\\{\"label\":\"bright\",.*"), answer.body());
  }

  /** In half a gigabyte: a dozen of them decoded would fill it. */
  @Test
  void manyPhotosAtOnceAreAnswered() throws Exception {
    byte[] photo = photo();
    ExecutorService senders = Executors.newFixedThreadPool(100);
    try {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(senders.submit(() -> post("/classify", photo).statusCode()));
      }
      for (Future<Integer> answer : answers) {
        assertEquals(200, answer.get(5, TimeUnit.MINUTES), () -> log());
      }
    } finally {
      senders.shutdownNow();
    }
  }

  @Test
  void whatIsNoPictureIsAnswered() throws Exception {
    HttpResponse<String> answer = post("/classify", new byte[] {1, 2, 3});
    assertEquals(400, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("error"), answer.body());
  }

  @Test
  void trainsOnAThreadOfAPool() throws Exception {
    HttpResponse<String> answer = post("/train", new byte[0]);
    assertEquals("{\"accuracy\":1.0}", answer.body(), () -> log());
  }

  private static void train() throws IOException {
    List<LabeledImage> pictures = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      byte[] rgb = new byte[12 * 12 * 3];
      for (int j = 0; j < rgb.length; j++) {
        rgb[j] = (byte) (60 + 120 * (i % 2) + (j * 31 + i * 17) % 40);
      }
      pictures.add(LabeledImage.of("picture " + i, Image.of(12, 12, rgb), i % 2));
    }
    Labels labels = Labels.of("dark", "bright");
    Network network =
        Network.builder(Shape.map(3, 8, 8))
            .convolution("conv", 4, 3)
            .globalAveragePool()
            .dense(2)
            .softmax()
            .build();
    try (ImageClassifier classifier =
        NetworkTrainer.builder(network, labels)
            .optimizer(Optimizer.adam(3e-2))
            .batchSize(8)
            .epochs(30)
            .build()
            .fit(ImageDataset.of(labels, pictures))
            .classifier()) {
      classifier.save(CLASSIFIER);
    }
  }

  private static String port() throws Exception {
    for (int i = 0; i < 600; i++) {
      Matcher found = PORT.matcher(log());
      if (found.find()) {
        return found.group(1);
      }
      assertTrue(application.isAlive(), () -> log());
      Thread.sleep(100);
    }
    throw new AssertionError("It does not start:\n" + log());
  }

  private static String log() {
    try {
      return Files.exists(LOG) ? Files.readString(LOG) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static byte[] png(Color color) throws IOException {
    BufferedImage picture = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(0, 0, 40, 30);
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return bytes.toByteArray();
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
    return jpeg.toByteArray();
  }

  private static HttpResponse<String> post(String path, byte[] body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path))
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
