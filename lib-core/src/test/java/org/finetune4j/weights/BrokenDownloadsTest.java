package org.finetune4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.finetune4j.weights.MisbehavingServer.bytes;
import static org.finetune4j.weights.MisbehavingServer.cut;
import static org.finetune4j.weights.MisbehavingServer.file;
import static org.finetune4j.weights.MisbehavingServer.inTurn;
import static org.finetune4j.weights.MisbehavingServer.page;
import static org.finetune4j.weights.MisbehavingServer.redirect;
import static org.finetune4j.weights.MisbehavingServer.status;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.finetune4j.testing.LogCapture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a server does, the cache holds the whole file or nothing, and the next try succeeds. */
@Timeout(120) // ends what hangs; nothing here is measured
class BrokenDownloadsTest extends StoreTestBase {
  @Test
  void goesOnAfterACutAtAnyByte() throws IOException {
    for (int at = 0; at <= CONTENT.length; at += at < 5 || at > 195 ? 1 : 19) {
      String path = "/" + at + "/file.h5";
      server.on(path, cut(CONTENT, at));
      WeightStore fresh = store.directory(folder.resolve("cache" + at));
      RemoteFile remote = RemoteFile.at(server.address(path), SHA256, "MIT");
      assertThat(fresh.get(remote)).hasBinaryContent(CONTENT);
    }
    assertThat(server.requests())
        .extracting(MisbehavingServer.Request::range)
        .contains(Optional.of("bytes=24-"));
  }

  @Test
  void goesOnAsLongAsSomethingComes() throws IOException {
    server.on("/file.h5", cut(CONTENT, 20, 20, 20, 20, 20, 20, 20, 20, 20));
    assertThat(store.get(checked())).hasBinaryContent(CONTENT);
    assertThat(server.requests()).hasSize(10);
  }

  @Test
  void goesOnInALaterCall() throws IOException {
    server.on("/file.h5", cut(CONTENT, 150, 0, 0));
    assertThatThrownBy(() -> store.get(checked()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'file.h5' could not be fetched");
    assertThat(store.find(checked())).isEmpty();
    assertThat(cached()).allMatch(path -> path.startsWith(".partial"));
    assertThat(store.directory().resolve(".partial/file.h5/part0.from"))
        .content()
        .doesNotContain("/file.h5"); // an address may hold a login
    assertThat(store.get(checked())).hasBinaryContent(CONTENT);
    assertThat(server.requests().get(server.requests().size() - 1).range()).hasValue("bytes=150-");
    assertThat(cached()).containsExactly("file.h5/file.h5", "file.h5/origin.json");
  }

  @Test
  void startsAgainWhereTheFileHasChangedMeanwhile() throws IOException {
    server.on("/file.h5", cut(random(201), 150, 0, 0)); // an older version
    assertThatThrownBy(() -> store.get(checked())).isInstanceOf(IOException.class);
    server.on(
        "/file.h5",
        (exchange, n) -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 150-199/200");
          boolean continued = MisbehavingServer.header(exchange, "Range").isPresent();
          int from = continued ? 150 : 0;
          exchange.sendResponseHeaders(continued ? 206 : 200, CONTENT.length - from);
          exchange.getResponseBody().write(CONTENT, from, CONTENT.length - from);
        });
    assertThat(store.get(checked())).hasBinaryContent(CONTENT);
  }

  @Test
  void doesNotPutHalvesTogetherWithoutProof() throws IOException {
    server.on(
        "/file.h5",
        (exchange, n) -> { // no mark of a version, and no checksum is known
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT, 0, n == 0 ? 100 : CONTENT.length);
        });
    assertThat(store.get(unchecked())).hasBinaryContent(CONTENT);
    assertThat(server.requests())
        .extracting(MisbehavingServer.Request::range)
        .containsExactly(Optional.empty(), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 410, 451})
  void asksOnceWhereTheAnswerWillNotChange(int code) throws IOException {
    assertRefusedThenFetched(status(code), "HTTP " + code);
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 416, 429, 500, 502, 503, 504})
  void asksAgainWhereTheAnswerMayChange(int code) throws IOException {
    assertRefusedThenFetched(status(code), "HTTP " + code);
    assertThat(server.requests()).hasSize(4);
    server.on("/b/file.h5", inTurn(status(code), status(code), file(CONTENT)));
    RemoteFile other = RemoteFile.at(server.address("/b/file.h5"), SHA256, "MIT");
    assertThat(store.directory(folder.resolve("b")).get(other)).hasBinaryContent(CONTENT);
  }

  @Test
  void startsAgainWhereTheServerCannotGoOn() throws IOException {
    server.on("/file.h5", inTurn(cut(CONTENT, 100), status(416), file(CONTENT)));
    assertThat(store.get(checked())).hasBinaryContent(CONTENT);
  }

  @Test
  void refusesPages() throws IOException {
    assertRefusedThenFetched(
        page("<html>Please sign in</html>"),
        "a web page came instead of the file; a login page or a proxy's error page?");
  }

  @Test
  void refusesOtherContent() throws IOException {
    assertRefusedThenFetched(file(random(201)), "its SHA256 is ");
    assertRefusedThenFetched(bytes(200, "application/octet-stream", new byte[0]), "its SHA256 is ");
  }

  @Test
  void refusesOtherLengths() throws IOException {
    RemoteFile sized =
        new RemoteFile(
            "sized",
            List.of(new RemoteFile.Part("file.h5", 200, Optional.empty())),
            List.of(new Source.Http(server.address("/file.h5"))),
            "MIT");
    for (int size : new int[] {199, 201, 0}) {
      server.on("/file.h5", file(random(size)));
      assertThatThrownBy(() -> store.get(sized))
          .hasMessageContaining("it has " + size + " bytes, expected are 200");
      assertThat(cached()).isEmpty();
    }
    server.on(
        "/file.h5",
        (exchange, n) -> {
          exchange.sendResponseHeaders(200, 0); // chunks without end, no length
          while (true) {
            exchange.getResponseBody().write(CONTENT);
          }
        });
    assertThatThrownBy(() -> store.get(sized))
        .hasMessageContaining("it has more than the expected 200 bytes");
    assertThat(cached()).isEmpty();
    server.on("/file.h5", file(CONTENT));
    assertThat(store.get(sized)).hasBinaryContent(CONTENT);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 100})
  void givesUpOnAServerThatHangs(int after) throws IOException {
    store =
        store.toBuilder().stallTimeout(Duration.ofMillis(300)).retries(2, Duration.ZERO).build();
    server.on("/file.h5", server.hang(CONTENT, after));
    assertThatThrownBy(() -> store.get(checked())).hasMessageContaining("nothing came for 0.3 s");
    server.on("/file.h5", file(CONTENT));
    assertThat(store.toBuilder().stallTimeout(Duration.ofSeconds(20)).build().get(checked()))
        .hasBinaryContent(CONTENT);
  }

  @Test
  void canBeInterrupted() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.on(
        "/file.h5",
        (exchange, n) -> {
          asked.countDown();
          server.hang(CONTENT, 100).to(exchange, n);
        });
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                store.get(checked());
              } catch (IOException e) {
                flag.complete(Thread.currentThread().isInterrupted());
                thrown.complete(e);
              }
            });
    thread.start();
    asked.await();
    thread.interrupt();
    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(flag.get()).isTrue();
  }

  @Test
  void followsRedirectsButNotForEver() throws IOException {
    server.on("/file.h5", redirect(server.address("/elsewhere")));
    server.on("/elsewhere", cut(CONTENT, 100));
    assertThat(store.get(checked())).hasBinaryContent(CONTENT);
    server.on("/loop.h5", redirect(server.address("/loop.h5")));
    RemoteFile loop = RemoteFile.at(server.address("/loop.h5"), SHA256, "MIT");
    assertThatThrownBy(() -> store.get(loop))
        .hasMessageContaining("it redirects more than 10 times");
    server.on("/loop.h5", redirect(URI.create("file:///etc/passwd")));
    assertThatThrownBy(() -> store.get(loop))
        .hasMessageContaining("it redirects to 'file:///etc/passwd', which is not followed");
  }

  @Test
  void saysThatNobodyListens() {
    server.close();
    assertThatThrownBy(() -> store.get(checked())).hasMessageContaining("no connection");
  }

  @Test
  void aHostThatDoesNotAnswerIsAskedOnceAndToldOnce() throws IOException {
    URI absent = server.address("/file.h5");
    server.close();
    List<RemoteFile> files =
        IntStream.range(0, 10)
            .mapToObj(
                i ->
                    RemoteFile.at(absent.resolve("/" + i + ".h5"), SHA256, "MIT")
                        .or(new Source.Http(absent.resolve("/b/" + i + ".h5"))))
            .toList();
    try (LogCapture log = new LogCapture()) {
      assertThatThrownBy(() -> store.getAny(files))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(
              "'0.h5' could not be fetched. Tried:\n  " + absent.resolve("/0.h5"))
          .hasMessageContainingAll("no connection", "WeightStore.mirror")
          .hasMessageEndingWith(
              "Nor could 9 other files be had, any of which would do: 1.h5, 2.h5, 3.h5, ...")
          .satisfies(
              e -> assertThat(String.valueOf(e.getMessage()).split("no connection")).hasSize(2))
          .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSizeLessThan(6));
      assertThat(log.take()).doesNotContain("trying again");
    }
  }

  @Test
  void withoutANetworkEveryHostIsTriedOnce() throws IOException {
    List<MisbehavingServer> gone = List.of(new MisbehavingServer(), new MisbehavingServer());
    List<URI> hosts = gone.stream().map(it -> it.address("/")).toList();
    gone.forEach(MisbehavingServer::close);
    List<RemoteFile> files =
        IntStream.range(0, 5)
            .mapToObj(
                i ->
                    RemoteFile.at(hosts.get(0).resolve(i + ".h5"), SHA256, "MIT")
                        .or(new Source.Http(hosts.get(0).resolve("b/" + i + ".h5")))
                        .or(new Source.Http(hosts.get(1).resolve(i + ".h5"))))
            .toList();
    try (Connections connections = new Connections()) {
      assertThatThrownBy(() -> store.getAny(files))
          .hasMessageContainingAll(hosts.get(0) + "0.h5: ", hosts.get(1) + "0.h5: ");
      assertThat(connections.begun()).isEqualTo(hosts.size());
    }
  }

  /** Where packets are lost, each try would wait for the whole time-out. */
  @Test
  @EnabledOnOs(OS.LINUX) // which lets connections wait where the queue of a server is full
  void aHostThatDoesNotEvenRefuseIsTriedOnce() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocket deaf = new ServerSocket(0, 1, here);
        Connections connections = new Connections()) {
      for (int i = 0; i < 10; i++) {
        SocketChannel channel = SocketChannel.open();
        waiting.add(channel);
        channel.configureBlocking(false);
        channel.connect(deaf.getLocalSocketAddress());
      }
      URI host = URI.create("http://127.0.0.1:" + deaf.getLocalPort() + "/");
      RemoteFile file =
          RemoteFile.at(host.resolve("a.h5"), SHA256, "MIT")
              .or(new Source.Http(host.resolve("b.h5")));
      RemoteFile other = RemoteFile.at(host.resolve("c.h5"), SHA256, "MIT");
      WeightStore hasty = store.toBuilder().connectTimeout(Duration.ofMillis(100)).build();
      assertThatThrownBy(() -> hasty.getAny(List.of(file, other)))
          .hasMessageContaining(host + "a.h5: ")
          .hasMessageNotContaining("b.h5: ");
      assertThat(connections.begun()).isEqualTo(1);
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  /** Counts the connections that are begun: each asks for a proxy first. */
  private static final class Connections extends ProxySelector implements AutoCloseable {
    private final AtomicInteger begun = new AtomicInteger();
    private final ProxySelector before = ProxySelector.getDefault();

    Connections() {
      ProxySelector.setDefault(this);
    }

    int begun() {
      return begun.get();
    }

    @Override
    public List<Proxy> select(URI address) {
      begun.incrementAndGet();
      return List.of(Proxy.NO_PROXY);
    }

    @Override
    public void connectFailed(URI address, SocketAddress where, IOException problem) {}

    @Override
    public void close() {
      ProxySelector.setDefault(before);
    }
  }

  @Test
  void whatIsDamagedComesFirst() throws IOException {
    server.on("/good.h5", file(CONTENT));
    RemoteFile good = RemoteFile.at(server.address("/good.h5"), SHA256, "MIT");
    RemoteFile best = RemoteFile.at(server.address("/best.h5"), SHA256, "MIT");
    Path there = store.get(good);
    Files.write(there, new byte[CONTENT.length]);
    WeightStore offline = store.offline();
    assertThatThrownBy(() -> offline.getAny(List.of(best, good)))
        .hasMessageStartingWith("'good.h5' cannot be used: it is damaged in the cache: " + there)
        .hasMessageEndingWith("Nor could another file be had, any of which would do: best.h5.");
    server.on("/good.h5", status(403));
    assertThatThrownBy(() -> store.getAny(List.of(best, good)))
        .hasMessageStartingWith(
            "'good.h5' could not be fetched, and it is damaged in the cache: " + there);
    server.on("/good.h5", file(CONTENT));
    assertThat(store.getAny(List.of(best, good))).hasBinaryContent(CONTENT);
  }

  @Test
  void aRefusedRedirectDoesNotShowWhatItCarries() throws IOException {
    server.on("/file.h5", redirect(URI.create("ftp://me:secret1@elsewhere/file?token=secret2")));
    assertThatThrownBy(() -> store.get(checked()))
        .hasMessageContaining("it redirects to 'ftp://elsewhere/file', which is not followed")
        .hasMessageNotContaining("secret");
  }

  private void assertRefusedThenFetched(MisbehavingServer.Answer answer, String why)
      throws IOException {
    server.on("/file.h5", answer);
    assertThatThrownBy(() -> store.get(checked()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(server.address("/file.h5") + ": " + why);
    assertThat(cached()).isEmpty();
    server.on("/file.h5", file(CONTENT));
    assertThat(store.get(checked())).hasBinaryContent(CONTENT);
    CacheFolder.delete(folder.resolve("cache"));
  }
}
