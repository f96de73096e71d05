package org.finetune4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.finetune4j.weights.MisbehavingServer.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Threads and processes that use one cache at the same time. */
class SharedCacheTest extends StoreTestBase {
  @Test
  void twoProcessesDownloadOnce() throws Exception {
    CountDownLatch hold = new CountDownLatch(1);
    server.on(
        "/file.h5",
        (exchange, n) -> {
          await(hold);
          file(CONTENT).to(exchange, n);
        });
    List<Process> processes =
        List.of(
            StoreProcess.start(store.directory(), server.address("/file.h5"), SHA256),
            StoreProcess.start(store.directory(), server.address("/file.h5"), SHA256));
    try {
      while (server.requests().isEmpty()) {
        Thread.sleep(20);
      }
      Thread.sleep(1500); // long enough for the other one to come to the lock
      hold.countDown();
      for (Process process : processes) {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
    assertThat(server.requests()).hasSize(1);
    assertThat(store.offline().get(checked())).hasBinaryContent(CONTENT);
  }

  @Test
  void aKilledProcessLeavesNothingInTheWay() throws Exception {
    server.on("/file.h5", MisbehavingServer.inTurn(server.hang(CONTENT, 100), file(CONTENT)));
    Process process = StoreProcess.start(store.directory(), server.address("/file.h5"), SHA256);
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

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
