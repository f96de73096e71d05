package org.finetune4j.weights.download;

import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Addresses as they may be shown, and what went wrong on the way to them. */
public final class Addresses {
  /** A host that holds no login, a path of whatever follows; the query comes off later. */
  private static final Pattern HOST_AND_PATH =
      Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[\\w.-]*)(:\\d{1,5})?([/?#].*)?", Pattern.DOTALL);

  private Addresses() {}

  /** Returns whether this is an absolute http or https address. */
  public static boolean isHttp(URI address) {
    return address.getHost() != null
        && ("http".equalsIgnoreCase(address.getScheme())
            || "https".equalsIgnoreCase(address.getScheme()));
  }

  /** Returns an address without login and query, which may be secret. */
  public static String shown(URI address) {
    return shown(address.toString());
  }

  /**
   * Returns what may be shown of a text that is meant as an address, whether it is one or not: what
   * stands before an {@code @} or behind a {@code ?} may be secret. Behind a host, an {@code @} is
   * a part of the path.
   */
  public static String shown(String address) {
    int authority = address.indexOf("://") + 3;
    String scheme = authority > 2 ? address.substring(0, authority) : "";
    String rest = address.substring(scheme.length());
    Matcher plain = HOST_AND_PATH.matcher(rest);
    if (!plain.matches()) {
      rest = rest.substring(rest.lastIndexOf('@') + 1);
    }
    int query = rest.indexOf('?');
    return scheme + (query < 0 ? rest : rest.substring(0, query));
  }

  static URI withoutUser(URI address) {
    if (address.getRawUserInfo() == null) {
      return address;
    }
    try {
      return new URI(address.toString().replace(address.getRawUserInfo() + "@", ""));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static String reason(Throwable problem) {
    Throwable root = problem;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof UnresolvedAddressException) {
      return "the host's name is unknown; no network?";
    }
    if (problem instanceof SSLException) {
      return "TLS: "
          + problem.getMessage()
          + " (for a certificate authority of your own set npm's cafile; strict-ssl=false is not"
          + " followed)";
    }
    String message = Optional.ofNullable(root.getMessage()).orElse(root.getClass().getSimpleName());
    return problem instanceof ConnectException ? "no connection: " + message : message;
  }
}
