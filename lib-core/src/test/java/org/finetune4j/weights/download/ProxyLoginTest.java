package org.finetune4j.weights.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.finetune4j.progress.Progress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who hears the login of a proxy, and who reads it. */
class ProxyLoginTest {
  private static final String LOGIN =
      "Basic "
          + Base64.getEncoder().encodeToString("alice:secret".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private Optional<HttpServer> server = Optional.empty();

  @AfterEach
  void stop() {
    server.ifPresent(it -> it.stop(0));
  }

  /** Asks for a login in this way until one comes, and notes all that come. */
  private int asking(int status, String challenge, String answer) throws IOException {
    HttpServer asking =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    asking.createContext(
        "/",
        exchange -> {
          exchange.getRequestHeaders().forEach((name, values) -> heard.add(name + ": " + values));
          boolean came = exchange.getRequestHeaders().containsKey(answer);
          exchange.getResponseHeaders().add(challenge, "Basic realm=\"here\"");
          exchange.sendResponseHeaders(came ? 200 : status, came ? 2 : -1);
          if (came) {
            exchange.getResponseBody().write(new byte[] {'o', 'k'});
          }
          exchange.close();
        });
    asking.start();
    server = Optional.of(asking);
    return asking.getAddress().getPort();
  }

  private Path fetch(String address, Map<String, String> environment) throws IOException {
    NpmConfiguration npm = NpmConfiguration.of(environment, folder);
    HttpSettings settings = HttpSettings.standard();
    Path target = folder.resolve("target");
    new Downloader(HttpClients.of(settings, npm), settings, npm::authorization, Progress.silent())
        .fetch(new Download(URI.create(address), target, -1, false, "file"));
    return target;
  }

  @Test
  void theProxyHearsItsLogin() throws IOException {
    int port = asking(407, "Proxy-Authenticate", "Proxy-Authorization");
    String proxy = "HTTP://alice:secret@127.0.0.1:" + port;
    assertThat(fetch("http://weights.invalid/file", Map.of("http_proxy", proxy))).hasContent("ok");
    assertThat(heard).contains("Proxy-authorization: [" + LOGIN + "]");
  }

  @ParameterizedTest
  @CsvSource({"401,WWW-Authenticate,Authorization", "407,Proxy-Authenticate,Proxy-Authorization"})
  void noServerHearsIt(int status, String challenge, String answer) throws IOException {
    int port = asking(status, challenge, answer);
    Map<String, String> environment =
        Map.of("http_proxy", "http://alice:secret@proxy.invalid:3128", "no_proxy", "127.0.0.1");
    assertThatThrownBy(() -> fetch("http://127.0.0.1:" + port + "/file", environment))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a login");
    assertThat(heard)
        .isNotEmpty()
        .noneMatch(it -> it.toLowerCase(Locale.ROOT).contains("authorization"));
    assertThat(heard.stream().filter(it -> it.startsWith("Host"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://alice:sec%ret@proxy:3128",
        "http://alice:sec ret@proxy:3128",
        "http://alice:sec/ret@proxy:3128",
        "ftp://alice:secret@proxy:3128",
        "alice:sec?ret@proxy:3128",
        "http://alice:sec@ret@pro_xy:3128/",
      })
  void noMessageShowsIt(String address) {
    assertThatThrownBy(() -> fetch("http://127.0.0.1:9/file", Map.of("http_proxy", address)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the configured proxy '")
        .hasMessageNotContainingAny("alice", "sec", "ret");
    assertThatThrownBy(
            () ->
                NpmConfiguration.of(Map.of("npm_config_registry", address), folder)
                    .registry("package"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the configured npm registry '")
        .hasMessageNotContainingAny("alice", "sec", "ret");
  }

  @ParameterizedTest
  @CsvSource({
    "https://host/a/b.h5,https://host/a/b.h5",
    "https://u:p@host:80/a?key=1#x,https://host:80/a",
    "https://u@my_host/a,https://my_host/a",
    "https://host/@scope/name,https://host/@scope/name",
    "https://host?to=a@b,https://host",
    "https://[::1]:8080/a,https://[::1]:8080/a",
    "https://a:b?c@host/x,https://host/x",
    "u:p@host,host",
    "not an address,not an address",
  })
  void addressesAreShownWithoutSecrets(String address, String shown) {
    assertThat(Addresses.shown(address)).isEqualTo(shown);
  }
}
