package org.finetune4j.engine.onnx;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.testing.RandomWeights;
import org.finetune4j.weights.Weights;

/**
 * Opens sessions in a process of its own, whose heap does not grow: what grows is native. Sessions
 * that are {@code closed}: prints by how many megabytes. Sessions that are {@code forgotten}: ends
 * when their memory has come back, else never.
 */
final class NativeMemoryRun {
  static final Path STATUS = Path.of("/proc/self/status");

  /** 16 MB of weights. */
  private static final Network NETWORK =
      Network.builder("x", Shape.vector(2048)).dense("a", 1024).dense("b", 2048).build();

  private static final Weights WEIGHTS = RandomWeights.of(NETWORK, 1);

  /** Enough to be shared out among the threads, by a second native session. */
  private static final int MANY = 2 * RuntimeOptions.standard().threads();

  private NativeMemoryRun() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
    for (int i = 0; i < 5; i++) {
      used().close();
    }
    long before = anonymous();
    if (arguments[0].equals("closed")) {
      for (int i = 0; i < 50; i++) {
        used().close();
      }
      System.out.println(anonymous() - before);
    } else {
      forget(before);
    }
  }

  /** A session has 32 MB: 30 of them 960. */
  @SuppressWarnings("MustBeClosedChecker")
  private static void forget(long before) throws IOException, InterruptedException {
    for (int i = 0; i < 30; i++) {
      used();
      System.gc();
    }
    while (anonymous() - before > 150) {
      System.gc();
      Thread.sleep(50); // for the thread that closes what nobody reaches
    }
    System.out.println("collected");
  }

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
}
