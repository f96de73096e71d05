package org.finetune4j.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** A training in a process of its own, to be killed: arguments are checkpoint folder and result. */
final class KillableRun {
  static final int EPOCHS = 60;

  private KillableRun() {}

  public static void main(String[] arguments) throws IOException {
    Weights learned =
        CheckpointsTest.head()
            .epochs(EPOCHS)
            .keepBestEpoch()
            .checkpoints(Path.of(arguments[0]))
            .listener(new Slow())
            .build()
            .fit(CheckpointsTest.features(), CheckpointsTest.features())
            .weights();
    Files.write(Path.of(arguments[1]), bytes(learned));
  }

  /** Stretches the epochs, so that a kill meets every part of one. */
  private static final class Slow implements TrainingListener {
    @Override
    public void batchFinished(BatchResult batch) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  static byte[] bytes(Weights weights) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(weights.parameterCount() * Float.BYTES));
    for (Tensor tensor : weights.tensors().values()) {
      bytes.put(tensor.bytes());
    }
    return bytes.array();
  }
}
