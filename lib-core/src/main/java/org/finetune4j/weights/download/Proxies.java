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
import org.jspecify.annotations.Nullable;

/** The proxies of Java's system properties, else those of npm, else those of the environment. */
final class Proxies extends ProxySelector {
  private final NpmConfiguration npm;
  private final Optional<URI> plain;
  private final Optional<URI> encrypted;

  /**
   * Reads the settings.
   *
   * @throws IOException if one of them is no address; the message hides its login
   */
  Proxies(NpmConfiguration npm) throws IOException {
    this.npm = npm;
    this.plain = proxy(npm.setting("proxy", "HTTP_PROXY", "http_proxy"));
    this.encrypted =
        proxy(
            npm.setting("https-proxy", "HTTPS_PROXY", "https_proxy")
                .or(() -> npm.setting("proxy")));
  }

  private static Optional<URI> proxy(Optional<String> setting) throws IOException {
    if (setting.isEmpty()) {
      return Optional.empty();
    }
    String text = setting.get();
    try {
      URI address = URI.create(text.contains("://") ? text : "http://" + text);
      if (Addresses.isHttp(address)) {
        return Optional.of(address);
      }
    } catch (IllegalArgumentException e) {
      // Its message would show the login; refused below.
    }
    throw new IOException(
        "the configured proxy '"
            + Addresses.shown(text)
            + "' is no http address; special characters of a login are written as %40 and so on");
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
    return scheme.equalsIgnoreCase("https") ? encrypted : plain;
  }

  private static int port(URI proxy) {
    return proxy.getPort() >= 0
        ? proxy.getPort()
        : proxy.getScheme().equalsIgnoreCase("https") ? 443 : 80;
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

  /** Returns the proxies' logins, where their addresses hold some. */
  Optional<Authenticator> login() {
    List<URI> withLogin =
        Stream.concat(encrypted.stream(), plain.stream())
            .filter(proxy -> proxy.getUserInfo() != null)
            .toList();
    return withLogin.isEmpty() ? Optional.empty() : Optional.of(new ProxyLogin(withLogin));
  }

  /** Answers proxies only, each with its own login: any server may ask for one. */
  private static final class ProxyLogin extends Authenticator {
    private final List<URI> proxies;

    ProxyLogin(List<URI> proxies) {
      this.proxies = proxies;
    }

    @Override
    protected @Nullable PasswordAuthentication getPasswordAuthentication() {
      if (getRequestorType() != RequestorType.PROXY) {
        return null;
      }
      for (URI proxy : proxies) {
        if (proxy.getHost().equalsIgnoreCase(getRequestingHost())
            && port(proxy) == getRequestingPort()) {
          String[] login = proxy.getUserInfo().split(":", 2);
          String password = login.length == 2 ? login[1] : "";
          return new PasswordAuthentication(login[0], password.toCharArray());
        }
      }
      return null;
    }
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException problem) {
    // The download reports it.
  }
}
