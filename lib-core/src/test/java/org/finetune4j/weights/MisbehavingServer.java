package org.finetune4j.weights;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on this machine that does what it is told, also what no server should. */
public final class MisbehavingServer implements AutoCloseable {
  /** Answers the nth request for a path, counted from 0. */
  public interface Answer {
    /** Writes the answer. */
    void to(HttpExchange exchange, int n) throws IOException;
  }

  /** One request. */
  public record Request(String path, Optional<String> range, Optional<String> authorization) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  public MisbehavingServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    requests.add(new Request(path, header(exchange, "Range"), header(exchange, "Authorization")));
    int n = counts.computeIfAbsent(path, it -> new AtomicInteger()).getAndIncrement();
    try (exchange) {
      answers.getOrDefault(path, status(404)).to(exchange, n);
    }
  }

  static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  public MisbehavingServer on(String path, Answer answer) {
    answers.put(path, answer);
    return this;
  }

  public URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  public List<Request> requests() {
    return requests;
  }

  /** A well-behaved answer: continues where it is asked to. */
  public static Answer file(byte[] content) {
    return cut(content, -1);
  }

  /** Ends each of the first answers after some more bytes; one number per answer. */
  public static Answer cut(byte[] content, int... after) {
    return (exchange, n) -> {
      int from = start(exchange, content.length);
      byte[] rest = Arrays.copyOfRange(content, from, content.length);
      exchange.getResponseHeaders().set("ETag", "\"" + Arrays.hashCode(content) + "\"");
      int end = n < after.length && after[n] >= 0 ? Math.min(after[n], rest.length) : rest.length;
      if (from > 0) {
        String range = "bytes " + from + "-" + (content.length - 1) + "/" + content.length;
        exchange.getResponseHeaders().set("Content-Range", range);
      }
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length);
      OutputStream out = exchange.getResponseBody();
      out.write(rest, 0, end);
      out.flush();
    };
  }

  private static int start(HttpExchange exchange, int length) {
    return header(exchange, "Range")
        .map(range -> Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1")))
        .filter(from -> from < length)
        .orElse(0);
  }

  public static Answer status(int code) {
    return (exchange, n) -> exchange.sendResponseHeaders(code, -1);
  }

  public static Answer bytes(int code, String contentType, byte[] content) {
    return (exchange, n) -> {
      exchange.getResponseHeaders().set("Content-Type", contentType);
      exchange.sendResponseHeaders(code, content.length);
      exchange.getResponseBody().write(content);
    };
  }

  public static Answer page(String html) {
    return bytes(200, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
  }

  public static Answer redirect(URI to) {
    return (exchange, n) -> {
      exchange.getResponseHeaders().set("Location", to.toString());
      exchange.sendResponseHeaders(302, -1);
    };
  }

  /** The first answers in turn, then the last one for ever. */
  public static Answer inTurn(Answer... answers) {
    return (exchange, n) -> answers[Math.min(n, answers.length - 1)].to(exchange, n);
  }

  /** Sends the beginning, then nothing until the server is closed. */
  public Answer hang(byte[] content, int after) {
    return (exchange, n) -> {
      if (after >= 0) {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content, 0, after);
        exchange.getResponseBody().flush();
      }
      try {
        closing.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
