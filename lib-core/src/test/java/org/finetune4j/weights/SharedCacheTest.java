package org.finetune4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.finetune4j.weights.MisbehavingServer.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.finetune4j.testing.ChildProcess;
import org.finetune4j.testing.ReadOnlyFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads and processes that use one cache at the same time. */
@Timeout(120) // ends what hangs; nothing here is measured
class SharedCacheTest extends StoreTestBase {
  @Test
  void twoProcessesDownloadOnce() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch hold = new CountDownLatch(1);
    server.on(
        "/file.h5",
        (exchange, n) -> {
          asked.countDown();
          await(hold);
          file(CONTENT).to(exchange, n);
        });
    Process first = start();
    try {
      asked.await();
      Process second = start();
      try (BufferedReader log = second.errorReader()) {
        String line = log.readLine();
        while (line != null && !line.contains("Waiting for another process")) {
          line = log.readLine();
        }
        assertThat(line).as("what the second process says").isNotNull();
        hold.countDown();
        assertThat(second.waitFor()).isZero();
      } finally {
        second.destroyForcibly();
      }
      assertThat(first.waitFor()).isZero();
    } finally {
      hold.countDown();
      first.destroyForcibly();
    }
    assertThat(server.requests()).hasSize(1);
    assertThat(store.offline().get(checked())).hasBinaryContent(CONTENT);
  }

  @Test
  void aKilledProcessLeavesNothingInTheWay() throws Exception {
    server.on("/file.h5", MisbehavingServer.inTurn(server.hang(CONTENT, 100), file(CONTENT)));
    Process process = start();
    try {
      Path unfinished = store.directory().resolve(".partial/file.h5/part0");
      while (!Files.exists(unfinished) || Files.size(unfinished) < 100) {
        assertThat(process.isAlive()).isTrue();
        Thread.sleep(20);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(store.find(checked())).isEmpty();
    assertThat(store.get(checked())).hasBinaryContent(CONTENT);
    assertThat(cached()).containsExactly("file.h5/file.h5", "file.h5/origin.json");
  }

  @Test
  void threadsDownloadOnce() throws Exception {
    server.on("/file.h5", file(CONTENT));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Path>> paths =
          Stream.generate(() -> threads.submit(() -> store.get(checked()))).limit(8).toList();
      for (Future<Path> path : paths) {
        assertThat(path.get(30, TimeUnit.SECONDS)).hasBinaryContent(CONTENT);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(server.requests()).hasSize(1);
  }

  /** What is in the cache serves where nothing can be written. */
  @Test
  void aReadOnlyCacheServes() throws Exception {
    server.on("/file.h5", file(CONTENT));
    server.on("/other.h5", file(CONTENT));
    store.get(checked());
    Path root = store.directory();
    try (ReadOnlyFolder readOnly = ReadOnlyFolder.of(root)) {
      ChildProcess child =
          ChildProcess.run(
              readOnly.command(),
              List.of("-Xmx64m"),
              60,
              folder,
              ReadOnlyCacheRun.class,
              root.toString(),
              server.address("/file.h5").toString(),
              server.address("/other.h5").toString(),
              SHA256.hex());
      assertThat(child.output())
          .contains("writable: false", "served: " + CONTENT.length, "found: true", "read: 1")
          .contains("refused: 'other.h5' cannot be stored in the cache folder " + root);
    }
  }

  private Process start() throws IOException {
    return StoreProcess.start(store.directory(), server.address("/file.h5"), SHA256);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
