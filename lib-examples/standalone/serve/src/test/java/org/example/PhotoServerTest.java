package org.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.finetune4j.model.ImageClassifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PhotoServerTest {
  private final ImageClassifier classifier = Brightness.classifier();
  private final PhotoServer server = PhotoServer.start(classifier, 0);
  private final HttpClient client = HttpClient.newHttpClient();

  PhotoServerTest() throws IOException {}

  @AfterEach
  void close() {
    server.close();
    classifier.close();
  }

  private static byte[] photo(int level, String format) {
    BufferedImage picture = new BufferedImage(80, 60, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 80 * 60; i++) {
      picture.setRGB(i % 80, i / 80, level * 0x010101);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertTrue(ImageIO.write(picture, format, out));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private HttpResponse<String> post(String type, byte[] upload) {
    return send(
        HttpRequest.newBuilder(server.address().resolve("classify"))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(upload))
            .build());
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(HttpResponse<String> response) {
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElse(""));
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertRefused(int status, String message, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    String error = json(response).path("error").asText();
    assertTrue(error.contains(message), error);
  }

  @Test
  void answersWithLabelsTheBestFirst() {
    for (String format : new String[] {"png", "jpg", "gif", "bmp"}) {
      HttpResponse<String> response = post("image/" + format, photo(200, format));
      assertEquals(200, response.statusCode(), response.body());
      JsonNode predictions = json(response).get("predictions");
      assertEquals(2, predictions.size());
      assertEquals("bright", predictions.get(0).get("label").asText());
      assertTrue(predictions.get(0).get("probability").asDouble() > 0.9);
    }
    assertEquals(
        "dark", json(post("image/png", photo(20, "png"))).at("/predictions/0/label").asText());
  }

  @Test
  void manyAtOnce() {
    byte[] dark = photo(30, "jpg");
    byte[] bright = photo(220, "jpg");
    IntStream.range(0, 64)
        .parallel()
        .forEach(
            i ->
                assertEquals(
                    i % 2 == 0 ? "dark" : "bright",
                    json(post("image/jpeg", i % 2 == 0 ? dark : bright))
                        .at("/predictions/0/label")
                        .asText()));
  }

  @Test
  void refusesWhatIsNoPhoto() {
    assertRefused(415, "not text/plain", post("text/plain", photo(1, "png")));
    assertRefused(
        400, "", post("image/png", "<svg onload=alert(1)>".getBytes(StandardCharsets.UTF_8)));
    assertRefused(400, "", post("image/png", new byte[0]));
    byte[] half = photo(1, "png");
    assertRefused(400, "", post("image/png", Arrays.copyOf(half, 50)));
    assertRefused(
        413,
        "at most 10000000 bytes",
        post("image/png", new byte[Classification.LARGEST_UPLOAD + 1]));
    assertEquals(200, post("image/png", photo(1, "png")).statusCode());
  }

  /** The header says 60,000 x 60,000; nothing of that size is allocated. */
  @Test
  void refusesHeadersThatLie() {
    byte[] bomb = photo(1, "bmp");
    for (int at : new int[] {18, 22}) {
      bomb[at] = (byte) 0x60;
      bomb[at + 1] = (byte) 0xEA;
    }
    assertRefused(400, "", post("image/bmp", bomb));
  }

  @Test
  void survivesDamagedPhotos() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      byte[] damaged = photo(100, new String[] {"png", "jpg", "gif", "bmp"}[round % 4]);
      for (int i = 0; i <= round % 7; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      int status = post("image/png", damaged).statusCode();
      assertTrue(status == 200 || status == 400, "status " + status);
    }
  }

  @Test
  void unfinishedHeadersAndBodiesStopNobodyElse() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = new Socket(server.address().getHost(), server.address().getPort());
        slow.add(socket);
        String host = "Host: " + server.address().getAuthority() + "\r\n";
        String body = "Content-Type: image/png\r\nContent-Length: 100000\r\n\r\nabc";
        String request = "POST /classify HTTP/1.1\r\n" + host + (i % 2 == 0 ? "X-Slow" : body);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
      }
      assertEquals(200, post("image/png", photo(1, "png")).statusCode());
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void foreignHostsAreRefused() throws IOException {
    for (String host : new String[] {"evil.example", "localhost.evil.example:80", "a b"}) {
      assertTrue(
          raw("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
              .startsWith("HTTP/1.1 421 "));
    }
    assertTrue(
        raw("GET / HTTP/1.1\r\nHost: localhost:1\r\nConnection: close\r\n\r\n")
            .startsWith("HTTP/1.1 200 "));
  }

  @Test
  void aMissingLengthIsRefused() throws IOException {
    String start = "POST /classify HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n";
    String end = "Connection: close\r\n\r\n";
    String chunked = raw(start + "Transfer-Encoding: chunked\r\n" + end + "0\r\n\r\n");
    assertTrue(chunked.startsWith("HTTP/1.1 411 "), chunked);
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(server.address().getHost(), server.address().getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /** Ends the classifier below the server: whatever is thrown is an answer, and the page stays. */
  @Test
  void survivesFailures() {
    classifier.close();
    assertRefused(500, "went wrong", post("image/png", photo(1, "png")));
    assertEquals(200, send(HttpRequest.newBuilder(server.address()).GET().build()).statusCode());
  }

  @Test
  void otherMethodsAndPlacesAreRefused() {
    HttpRequest.Builder get = HttpRequest.newBuilder(server.address().resolve("classify")).GET();
    assertRefused(405, "POST", send(get.build()));
    HttpRequest.Builder page = HttpRequest.newBuilder(server.address());
    assertRefused(405, "GET", send(page.POST(BodyPublishers.noBody()).build()));
    HttpRequest.Builder other = HttpRequest.newBuilder(server.address().resolve("etc/passwd"));
    assertRefused(404, "nothing here", send(other.GET().build()));
  }

  @Test
  void showsAPageAndListensOnThisMachineOnly() throws IOException {
    HttpResponse<String> page = send(HttpRequest.newBuilder(server.address()).GET().build());
    assertEquals(200, page.statusCode());
    assertTrue(page.body().contains("Drop a photo here"));
    assertTrue(InetAddress.getByName(server.address().getHost()).isLoopbackAddress());
  }

  @Test
  void needsNoDeeplearning4j() {
    assertThrows(
        ClassNotFoundException.class, () -> Class.forName("org.deeplearning4j.nn.api.Model"));
  }
}
