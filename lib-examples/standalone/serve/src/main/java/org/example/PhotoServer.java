package org.example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.finetune4j.model.ImageClassifier;

/**
 * A page to drop a photo on, and the service behind it: {@code POST /classify} with the bytes of a
 * picture file answers with the most probable labels as JSON. Listens on the loopback address only.
 */
public final class PhotoServer implements AutoCloseable {
  /** Many, since most of them wait, for slow clients or for the memory of a photo. */
  private static final int THREADS = 200;

  /** Each may be a file of ten megabytes; the other threads show the page, and refuse. */
  private static final int PHOTOS = 150;

  private static final int CONNECTIONS_NOT_YET_SEEN = 50;

  static {
    // Seconds until a request must have arrived and its answer must be read. The JDK's server reads
    // these once; whoever starts the program may say otherwise with -D.
    defaultProperty("sun.net.httpserver.maxReqTime", "20");
    defaultProperty("sun.net.httpserver.maxRspTime", "120");
    defaultProperty("jdk.httpserver.maxConnections", "500");
    // Else every answer waits 40 ms for an acknowledgement that the client holds back.
    defaultProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());

  private PhotoServer(HttpServer server) {
    this.server = server;
  }

  private static void defaultProperty(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  /**
   * Starts.
   *
   * @param classifier stays open as long as the server
   * @param port 0 for any that is free
   */
  public static PhotoServer start(ImageClassifier classifier, int port) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    PhotoServer photos = new PhotoServer(HttpServer.create(address, CONNECTIONS_NOT_YET_SEEN));
    photos.server.createContext("/", PhotoServer::page).getFilters().add(new Guard());
    photos
        .server
        .createContext("/classify", new Classification(classifier, PHOTOS))
        .getFilters()
        .add(new Guard());
    photos.server.setExecutor(photos.threads);
    photos.server.start();
    return photos;
  }

  /** Returns where the page is. */
  public URI address() {
    InetSocketAddress bound = server.getAddress();
    return URI.create(
        "http://" + bound.getAddress().getHostAddress() + ":" + bound.getPort() + "/");
  }

  private static void page(HttpExchange exchange) throws IOException {
    try (InputStream page = PhotoServer.class.getResourceAsStream("page.html")) {
      if (!exchange.getRequestURI().getPath().equals("/")) {
        Answer.error(404, "There is nothing here. The page is at /.").send(exchange);
      } else if (!exchange.getRequestMethod().equals("GET")) {
        Answer.error(405, "The page is read with GET.").send(exchange);
      } else {
        new Answer(200, "text/html; charset=utf-8", page.readAllBytes()).send(exchange);
      }
    }
  }

  /** Answers no more; requests that run are ended after a second. */
  @Override
  public void close() {
    // The JDK's server waits all this time even where nothing runs.
    server.stop(threads.getActiveCount() == 0 ? 0 : 1);
    threads.shutdownNow();
  }
}
