package org.finetune4j.weights.download;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Appends an answer's body to a file, and counts; the body of any other answer is not read. */
final class BodyToFile implements BodySubscriber<Void> {
  private final FileChannel file;
  private final PartialFile partial;
  private final long start;
  private final long limit;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private boolean wanted;
  private Optional<Subscription> subscription = Optional.empty();
  private volatile long position;
  private volatile long total = -1;
  private volatile Optional<IOException> failure = Optional.empty();

  /**
   * Prepares to write.
   *
   * @param file where the body goes
   * @param partial told where a new body is from
   * @param start where a continued body goes on
   * @param limit the most bytes that the whole file may have
   */
  BodyToFile(FileChannel file, PartialFile partial, long start, long limit) {
    this.file = file;
    this.partial = partial;
    this.start = start;
    this.limit = limit;
    this.position = start;
  }

  /** Looks at status and headers, before the body comes. */
  BodySubscriber<Void> receive(ResponseInfo answer) {
    try {
      wanted = accept(answer.statusCode(), answer.headers());
    } catch (HttpFailure e) {
      failure = Optional.of(e);
    } catch (IOException e) {
      failure = Optional.of(new WriteFailure(e));
    }
    return this;
  }

  private boolean accept(int status, HttpHeaders headers) throws IOException {
    if (status != 200 && status != 206) {
      return false;
    }
    if (headers.firstValue("Content-Type").orElse("").startsWith("text/html")) {
      throw new HttpFailure(
          status, "a web page came instead of the file; a login page or a proxy's error page?");
    }
    if (status == 206
        && !headers.firstValue("Content-Range").orElse("").startsWith("bytes " + start + "-")) {
      throw new HttpFailure(416, "the server continued at another byte than was asked for");
    }
    if (status == 200) {
      file.truncate(0);
      partial.begin(headers);
      position = 0;
    }
    long length = headers.firstValueAsLong("Content-Length").orElse(-1);
    total = length < 0 ? -1 : position + length;
    if (total > limit) {
      throw new HttpFailure(status, "it has " + total + " bytes, expected are " + limit);
    }
    return true;
  }

  @Override
  public void onSubscribe(Subscription newSubscription) {
    subscription = Optional.of(newSubscription);
    if (wanted) {
      newSubscription.request(1);
    } else {
      newSubscription.cancel();
      done.complete(null);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    try {
      for (ByteBuffer buffer : buffers) {
        if (buffer.remaining() > limit - position) {
          throw new HttpFailure(200, "it has more than the expected " + limit + " bytes");
        }
        write(buffer);
      }
      subscription.ifPresent(it -> it.request(1));
    } catch (IOException e) {
      failure = Optional.of(e);
      subscription.ifPresent(Subscription::cancel);
      done.complete(null);
    }
  }

  private void write(ByteBuffer buffer) throws WriteFailure {
    try {
      long at = position;
      while (buffer.hasRemaining()) {
        at += file.write(buffer, at);
      }
      position = at;
    } catch (IOException e) {
      throw new WriteFailure(e);
    }
  }

  @Override
  public void onError(Throwable problem) {
    done.completeExceptionally(problem);
  }

  @Override
  public void onComplete() {
    done.complete(null);
  }

  @Override
  public CompletionStage<Void> getBody() {
    return done;
  }

  /** Returns how long the file is by now. */
  long position() {
    return position;
  }

  /** Returns how long it will be, or -1. */
  long total() {
    return total;
  }

  void throwFailure() throws IOException {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }
}
