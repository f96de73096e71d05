package org.finetune4j.weights.download;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.finetune4j.progress.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches files over HTTP: continues where an earlier try broke off, gives up on servers that send
 * nothing, tries again what may pass, follows redirects but never from https to http. Thread-safe.
 */
public final class Downloader {
  private static final Logger LOG = LoggerFactory.getLogger(Downloader.class);
  private static final int MOST_REDIRECTS = 10;
  private static final int MOST_INTERRUPTIONS = 1000;
  private static final long LONGEST_FILE = 1L << 33;

  private final HttpClient client;
  private final HttpSettings settings;
  private final Function<URI, Optional<String>> authorization;
  private final Progress progress;

  /** Hosts where nobody answered: another file would only wait for them again. */
  private final Set<String> unreached = ConcurrentHashMap.newKeySet();

  /**
   * Sets up.
   *
   * @param authorization the value of the {@code Authorization} header for an address, if any;
   *     asked anew at each redirect, so that no token goes to another host
   * @param progress hears how far a download is, on the calling thread
   */
  public Downloader(
      HttpClient client,
      HttpSettings settings,
      Function<URI, Optional<String>> authorization,
      Progress progress) {
    this.client = client;
    this.settings = settings;
    this.authorization = authorization;
    this.progress = progress;
  }

  /**
   * Fetches a file.
   *
   * @throws HttpFailure if the server does not have it, or has something else
   * @throws UnreachedHost if its host did not answer at all, now or before
   * @throws WriteFailure if it cannot be stored
   * @throws IOException if the connection fails; what came stays, so that the next call can go on
   */
  public void fetch(Download download) throws IOException {
    String host = String.valueOf(download.address().getAuthority());
    if (unreached.contains(host)) {
      throw new UnreachedHost("its host did not answer before", true);
    }
    PartialFile partial = new PartialFile(download);
    int failures = 0;
    for (int interruptions = 0; ; interruptions++) {
      long before = partial.length();
      try {
        attempt(download, partial, before);
        partial.finish();
        return;
      } catch (IOException e) {
        boolean refused = e instanceof HttpFailure answer && !answer.isPassing();
        if (refused || e instanceof WriteFailure) {
          partial.discard();
          throw e;
        }
        if (isUnreachable(e) && before == 0) {
          unreached.add(host);
          discardUnlessOfUse(partial);
          throw new UnreachedHost(
              Optional.ofNullable(e.getMessage()).orElse("no answer"), false, e);
        }
        failures = partial.length() > before ? 1 : failures + 1;
        if (e instanceof InterruptedIOException
            || failures >= settings.tries()
            || interruptions >= MOST_INTERRUPTIONS) {
          discardUnlessOfUse(partial);
          throw e;
        }
        LOG.info(
            "{} broke off ({}); trying again", Addresses.shown(download.address()), e.getMessage());
        pause(failures);
      }
    }
  }

  /** Nothing answers there, which passes less often than a server's trouble: others may follow. */
  private static boolean isUnreachable(IOException e) {
    return e.getCause() instanceof ConnectException
        || e.getCause() instanceof HttpConnectTimeoutException;
  }

  private static void discardUnlessOfUse(PartialFile partial) throws IOException {
    if (partial.length() == 0) {
      partial.discard();
    }
  }

  private void attempt(Download download, PartialFile partial, long have) throws IOException {
    if (download.checked() && have > 0 && have == download.size()) {
      return;
    }
    try (FileChannel file = open(download)) {
      URI address = download.address();
      for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
        BodyToFile body = new BodyToFile(file, partial, have, limit(download));
        HttpRequest request = request(address, have, partial.version());
        HttpResponse<Void> answer =
            new PatientCall(client, settings, progress).send(request, body, download.task());
        Optional<String> elsewhere = redirect(answer);
        if (elsewhere.isEmpty()) {
          finish(answer.statusCode(), download, body, file, have);
          return;
        }
        address = follow(address, elsewhere.get());
      }
    }
    throw new HttpFailure(310, "it redirects more than " + MOST_REDIRECTS + " times");
  }

  private static FileChannel open(Download download) throws WriteFailure {
    try {
      return FileChannel.open(
          download.target(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  private static long limit(Download download) {
    return download.size() < 0 ? LONGEST_FILE : download.size();
  }

  private HttpRequest request(URI address, long have, String version) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(Addresses.withoutUser(address))
            .header("User-Agent", "finetune4j")
            .timeout(settings.stallTimeout().plus(settings.connectTimeout()));
    authorization.apply(address).ifPresent(value -> request.header("Authorization", value));
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
      if (!version.isEmpty()) {
        request.header("If-Range", version);
      }
    }
    return request.build();
  }

  private static Optional<String> redirect(HttpResponse<Void> answer) {
    return switch (answer.statusCode()) {
      case 301, 302, 303, 307, 308 -> answer.headers().firstValue("Location");
      default -> Optional.empty();
    };
  }

  private static URI follow(URI from, String location) throws HttpFailure {
    try {
      URI to = from.resolve(location);
      if (Addresses.isHttp(to)
          && (to.getScheme().equalsIgnoreCase("https")
              || !from.getScheme().equalsIgnoreCase("https"))) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // refused below
    }
    throw new HttpFailure(
        310, "it redirects to '" + Addresses.shown(location) + "', which is not followed");
  }

  private static void finish(
      int status, Download download, BodyToFile body, FileChannel file, long have)
      throws IOException {
    body.throwFailure();
    if (status == 416) {
      if (have == download.size()) {
        return;
      }
      file.truncate(0);
    }
    if (status != 200 && status != 206) {
      throw HttpFailure.of(status);
    }
    if (download.size() >= 0 && body.position() != download.size()) {
      throw new HttpFailure(
          status, "it has " + body.position() + " bytes, expected are " + download.size());
    }
    try {
      file.force(true);
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  private void pause(int failures) throws InterruptedIOException {
    try {
      Thread.sleep(settings.waitAfter(failures).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the download was interrupted");
    }
  }
}
