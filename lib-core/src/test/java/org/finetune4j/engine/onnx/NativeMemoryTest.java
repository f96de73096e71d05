package org.finetune4j.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sessions give their memory back. */
class NativeMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");

  /** 16 MB of weights. */
  private static final Network NETWORK =
      Network.builder("x", Shape.vector(2048)).dense("a", 1024).dense("b", 2048).build();

  private static final Weights WEIGHTS = RandomWeights.of(NETWORK, 1);

  @BeforeAll
  static void needsLinux() {
    assumeTrue(Files.exists(STATUS), "memory is read from /proc, which this system does not have");
  }

  /** Enough to be shared out among the threads, by a second native session. */
  private static final int MANY = 2 * RuntimeOptions.standard().threads();

  /** Returns the anonymous resident memory, in megabytes. */
  private static long anonymous() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  private static OnnxSession used() {
    OnnxSession session = OnnxSession.open(NETWORK, WEIGHTS, RuntimeOptions.standard());
    session.run(1, FloatBuffer.allocate(2048));
    session.run(MANY, FloatBuffer.allocate(MANY * 2048));
    return session;
  }

  @Test
  void openingAndClosingManyTimesDoesNotGrow() throws IOException {
    for (int i = 0; i < 5; i++) {
      used().close();
    }
    long before = anonymous();
    for (int i = 0; i < 50; i++) {
      used().close();
    }
    assertThat(anonymous() - before).as("growth in MB; 50 sessions have 1600").isLessThan(100);
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker")
  void sessionsThatNobodyClosedAreCollected() throws Exception {
    used().close();
    long before = anonymous();
    for (int i = 0; i < 30; i++) {
      assertThat(used()).isNotNull();
      System.gc();
    }
    long growth = Long.MAX_VALUE;
    for (int i = 0; i < 100 && growth > 150; i++) {
      System.gc();
      Thread.sleep(50);
      growth = anonymous() - before;
    }
    assertThat(growth).as("growth in MB; 30 sessions have 960").isLessThan(150);
  }
}
