package org.finetune4j.weights.download;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.finetune4j.progress.Progress;

/**
 * One request, watched from the calling thread: the JDK's own time-out ends with the headers, so a
 * server that stops in the middle of a body would be waited for without end.
 */
record PatientCall(HttpClient client, HttpSettings settings, Progress progress) {
  private static final long POLL_MILLIS = 50;

  /** The JDK's words where a server asks for a login and the authenticator has none for it. */
  private static final String NO_LOGIN = "No credentials provided";

  HttpResponse<Void> send(HttpRequest request, BodyToFile body, String task) throws IOException {
    CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request, body::receive);
    boolean ended = false;
    try {
      HttpResponse<Void> response = await(answer, body, task);
      ended = true;
      return response;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the download was interrupted");
    } catch (ExecutionException e) {
      body.throwFailure();
      if (NO_LOGIN.equals(
          Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse(""))) {
        throw HttpFailure.of(401);
      }
      throw new IOException(
          Addresses.reason(e.getCause() == null ? e : e.getCause()), e.getCause());
    } finally {
      if (!ended) {
        answer.cancel(true);
      }
    }
  }

  private HttpResponse<Void> await(
      CompletableFuture<HttpResponse<Void>> answer, BodyToFile body, String task)
      throws InterruptedException, ExecutionException, IOException {
    long seen = body.position();
    long since = System.nanoTime();
    boolean told = false;
    while (true) {
      try {
        HttpResponse<Void> response = answer.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (body.total() >= 0 || told) {
          tell(body, task, told);
        }
        return response;
      } catch (TimeoutException e) {
        told |= body.position() > seen && tell(body, task, told);
        if (body.position() != seen) {
          seen = body.position();
          since = System.nanoTime();
        } else if (System.nanoTime() - since > settings.stallTimeout().toNanos()) {
          throw new HttpTimeoutException(
              "nothing came for " + settings.stallTimeout().toMillis() / 1000.0 + " s");
        }
      }
    }
  }

  /** The first call of a task is always at zero, as the listener expects. */
  private boolean tell(BodyToFile body, String task, boolean told) {
    if (!told) {
      progress.at(task, 0, body.total(), "bytes");
    }
    progress.at(task, body.position(), body.total(), "bytes");
    return true;
  }
}
