package org.example;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.util.Set;

/** Stands before every request: who else may ask, and what is answered when something breaks. */
final class Guard extends Filter {
  private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    try {
      String host = exchange.getRequestHeaders().getFirst("Host");
      if (!isOwn(host)) {
        // Another site's name may point to this machine: its pages must not read from here.
        Answer.error(421, "This server is localhost, not " + host + ".").send(exchange);
        return;
      }
      chain.doFilter(exchange);
    } catch (OutOfMemoryError e) {
      refuse(exchange, 503, "There is too little memory for this photo now. Try again.");
    } catch (RuntimeException | Error e) {
      System.err.println("A request failed: " + e);
      refuse(exchange, 500, "Something went wrong here. It is written to the log.");
    } finally {
      exchange.close();
    }
  }

  private static boolean isOwn(String host) {
    try {
      String name = host == null ? null : URI.create("http://" + host).getHost();
      return name != null && OWN_NAMES.contains(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
    if (exchange.getResponseCode() == -1) {
      Answer.error(status, message).send(exchange);
    }
  }

  @Override
  public String description() {
    return "Own host names only; JSON for every failure";
  }
}
