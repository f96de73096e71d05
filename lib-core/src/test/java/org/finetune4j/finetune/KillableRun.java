package org.finetune4j.finetune;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.finetune4j.backbone.PretrainedBackbone;
import org.finetune4j.backbone.TinyBackbone;
import org.finetune4j.data.ImageDataset;
import org.finetune4j.feature.FeatureExtractor;
import org.finetune4j.head.ClassifierHead;
import org.finetune4j.head.DenseHead;
import org.finetune4j.head.TrainedHead;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.testing.Stripes;
import org.finetune4j.train.CheckpointsTest;
import org.finetune4j.train.log.TrainingListener;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * A training in a process of its own, to be killed: arguments are what to train, checkpoint folder,
 * result, and the step after which it waits for its end; 0 for none.
 */
final class KillableRun {
  static final int EPOCHS = 60;

  private KillableRun() {}

  public static void main(String[] arguments) throws IOException {
    Path checkpoints = Path.of(arguments[1]);
    TrainingListener steps = new Steps(Integer.parseInt(arguments[3]));
    Weights learned =
        arguments[0].equals("head")
            ? head(it -> it.checkpoints(checkpoints).listener(steps))
            : staged(it -> it.checkpoints(checkpoints).checkpointEverySteps(3).listener(steps));
    Files.write(Path.of(arguments[2]), bytes(learned));
  }

  /** Trains a head, with a checkpoint after each epoch of four steps. */
  static Weights head(UnaryOperator<DenseHead.Builder> options) {
    DenseHead.Builder head = CheckpointsTest.head().epochs(EPOCHS).keepBestEpoch();
    return options
        .apply(head)
        .build()
        .fit(CheckpointsTest.features(), CheckpointsTest.features())
        .weights();
  }

  /** Fine-tunes in three stages of 5 steps an epoch. */
  static Weights staged(UnaryOperator<FineTuner.Builder> options) throws IOException {
    ImageDataset train = Stripes.of(40, 1);
    try (PretrainedBackbone backbone = TinyBackbone.of(3)) {
      FeatureExtractor extractor = FeatureExtractor.builder(backbone).build();
      TrainedHead head =
          ClassifierHead.builder().hidden(6).build().untrained(extractor, train.labels());
      FineTuner.Builder tuner =
          FineTuner.builder(extractor, head)
              .stages(
                  FineTuneStage.head().epochs(8),
                  FineTuneStage.from("block3_conv").epochs(8),
                  FineTuneStage.all().epochs(8))
              .optimizer(Optimizer.adam(1e-3))
              .batchSize(8);
      return options.apply(tuner).build().fit(train).weights();
    }
  }

  /** Tells of each step with a byte, and goes no further than a kill was meant to come. */
  private static final class Steps implements TrainingListener {
    private final int last;
    private int count;

    Steps(int last) {
      this.last = last;
    }

    @Override
    public void batchFinished(BatchResult batch) {
      System.out.write('.');
      System.out.flush();
      if (++count == last) {
        try {
          System.in.read(); // nothing ever comes
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
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
