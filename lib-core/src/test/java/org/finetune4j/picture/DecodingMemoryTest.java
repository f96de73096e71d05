package org.finetune4j.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.finetune4j.image.Image;
import org.junit.jupiter.api.Test;

class DecodingMemoryTest {
  private final AtomicInteger attempts = new AtomicInteger();
  private int failures = 1;

  /** A heap that is full for the first attempts, told by the listener of truncated pictures. */
  private final ImageDecoder decoder =
      ImageDecoder.builder()
          .memory(1 << 20)
          .truncated(Truncated.KEEP)
          .onKept(
              message -> {
                if (attempts.incrementAndGet() <= failures) {
                  throw new OutOfMemoryError("as if the heap were full");
                }
              })
          .build();

  private static byte[] photo() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), "jpg", out);
    return out.toByteArray();
  }

  private static byte[] truncated() throws IOException {
    byte[] photo = photo();
    return Arrays.copyOf(photo, photo.length - 12);
  }

  @Test
  void wherePicturesAtOnceTakeTooMuchAPictureIsDecodedAgain() throws IOException {
    assertThat(decoder.decode(truncated(), Image::width)).isEqualTo(64);
    assertThat(attempts).hasValue(2);
  }

  @Test
  void thenItIsAlone() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    CompletableFuture<Integer> other =
        inAThread(
            () ->
                decoder.decode(
                    photo(),
                    image -> {
                      started.countDown();
                      await(mayEnd);
                      return image.width();
                    }));
    await(started);
    byte[] picture = truncated();
    CompletableFuture<Integer> again = inAThread(() -> decoder.decode(picture, Image::width));
    assertThatThrownBy(() -> again.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(attempts).hasValue(1);
    mayEnd.countDown();
    assertThat(again.get(10, TimeUnit.SECONDS)).isEqualTo(64);
    assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo(64);
    assertThat(attempts).hasValue(2);
  }

  @Test
  void aPictureThatFailsAloneFails() throws IOException {
    failures = 2;
    byte[] picture = truncated();
    assertThatThrownBy(() -> decoder.decode(picture, Image::width))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(decoder.decode(picture, Image::width)).isEqualTo(64);
  }

  /** A thread of its own: the common pool of a machine with two processors has but one. */
  private static CompletableFuture<Integer> inAThread(Callable<Integer> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.call();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        },
        task -> new Thread(task).start());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
