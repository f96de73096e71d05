package org.finetune4j.weights.download;

import java.io.IOException;

/** A server's answer that is not the file. */
public final class HttpFailure extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  HttpFailure(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Returns whether the server says that there is no such file. */
  public boolean isNotFound() {
    return status == 404 || status == 410;
  }

  /** Returns whether the same request may succeed later. */
  boolean isPassing() {
    return status == 408 || status == 416 || status == 425 || status == 429 || status >= 500;
  }

  static HttpFailure of(int status) {
    return new HttpFailure(status, "HTTP " + status + meaning(status));
  }

  private static String meaning(int status) {
    return switch (status) {
      case 401 -> " (a login is needed)";
      case 403 -> " (access refused)";
      case 404 -> " (not found)";
      case 407 -> " (the proxy asks for a login)";
      case 429 -> " (too many requests)";
      case 500, 502, 503, 504 -> " (the server is in trouble)";
      default -> "";
    };
  }
}
