package org.finetune4j.weights.download;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The proxies of Java's system properties, else those of npm, else those of the environment. */
final class Proxies extends ProxySelector {
  private final NpmConfiguration npm;

  Proxies(NpmConfiguration npm) {
    this.npm = npm;
  }

  @Override
  public List<Proxy> select(URI address) {
    ProxySelector system = ProxySelector.getDefault();
    List<Proxy> chosen = system == null ? List.of() : system.select(address);
    if (chosen.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
      return chosen;
    }
    return proxy(address.getScheme())
        .filter(proxy -> !isDirect(address.getHost()))
        .map(
            proxy ->
                List.of(
                    new Proxy(
                        Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port(proxy)))))
        .orElse(List.of(Proxy.NO_PROXY));
  }

  private Optional<URI> proxy(String scheme) {
    Optional<String> plain = npm.setting("proxy", "HTTP_PROXY", "http_proxy");
    Optional<String> found =
        scheme.equalsIgnoreCase("https")
            ? npm.setting("https-proxy", "HTTPS_PROXY", "https_proxy")
                .or(() -> npm.setting("proxy"))
            : plain;
    return found
        .map(it -> URI.create(it.contains("://") ? it : "http://" + it))
        .filter(it -> it.getHost() != null);
  }

  private static int port(URI proxy) {
    return proxy.getPort() >= 0 ? proxy.getPort() : proxy.getScheme().equals("https") ? 443 : 80;
  }

  /** {@code no_proxy} lists hosts, and domains with or without a leading dot. */
  private boolean isDirect(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return npm.setting("noproxy", "NO_PROXY", "no_proxy").stream()
        .flatMap(list -> Arrays.stream(list.toLowerCase(Locale.ROOT).split("[,\\s]+")))
        .map(entry -> entry.startsWith(".") ? entry.substring(1) : entry)
        .filter(entry -> !entry.isEmpty())
        .anyMatch(entry -> entry.equals("*") || name.equals(entry) || name.endsWith("." + entry));
  }

  /** Returns the proxies' login, where their addresses hold one. */
  Optional<Authenticator> login() {
    return Stream.of("https", "http")
        .flatMap(scheme -> proxy(scheme).stream())
        .filter(proxy -> proxy.getUserInfo() != null)
        .findFirst()
        .map(ProxyLogin::new);
  }

  private static final class ProxyLogin extends Authenticator {
    private final URI proxy;

    ProxyLogin(URI proxy) {
      this.proxy = proxy;
    }

    @Override
    protected PasswordAuthentication getPasswordAuthentication() {
      String[] login = proxy.getUserInfo().split(":", 2);
      String password =
          getRequestorType() == RequestorType.PROXY && login.length == 2 ? login[1] : "";
      return new PasswordAuthentication(login[0], password.toCharArray());
    }
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException problem) {
    // The download reports it.
  }
}
