package org.finetune4j.weights.download;

import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Addresses as they may be shown, and what went wrong on the way to them. */
public final class Addresses {
  private Addresses() {}

  /** Returns whether this is an absolute http or https address. */
  public static boolean isHttp(URI address) {
    return address.getHost() != null
        && ("http".equalsIgnoreCase(address.getScheme())
            || "https".equalsIgnoreCase(address.getScheme()));
  }

  /** Returns an address without login and query, which may be secret. */
  public static String shown(URI address) {
    String text = withoutUser(address).toString();
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query);
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
          + " (for a certificate authority of your own set npm's cafile)";
    }
    String message = Optional.ofNullable(root.getMessage()).orElse(root.getClass().getSimpleName());
    return problem instanceof ConnectException ? "no connection: " + message : message;
  }
}
