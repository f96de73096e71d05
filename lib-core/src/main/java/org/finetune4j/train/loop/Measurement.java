package org.finetune4j.train.loop;

import java.io.IOException;
import java.util.Optional;
import org.finetune4j.engine.train.TrainableNetwork;
import org.finetune4j.optimize.Cancellation;
import org.finetune4j.pipeline.Prefetch;
import org.finetune4j.train.checkpoint.EpochMeter;
import org.finetune4j.train.input.EpochOrder;
import org.finetune4j.train.input.Mix;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.input.SampleSource.Activations;
import org.finetune4j.train.input.TargetRows;

/** Runs samples through a network as they lie, a batch at a time, without learning from them. */
final class Measurement {
  private final SampleSource samples;
  private final int batchSize;
  private final Cancellation cancellation;

  Measurement(SampleSource samples, int batchSize, Cancellation cancellation) {
    this.samples = samples;
    this.batchSize = batchSize;
    this.cancellation = cancellation;
  }

  /** Takes a batch. */
  private interface Batch {
    void take(float[][] inputs, int[] samples, int step);
  }

  /** Returns whether all batches were taken; not if somebody cancelled. */
  private boolean each(EpochOrder order, int epoch, Batch use) throws IOException {
    int ahead = StepBatches.AHEAD;
    try (Prefetch<Activations> batches =
        new Prefetch<>(
            order.steps(),
            ahead,
            ahead,
            step -> samples.prepare(order.samples(step), epoch, new Mix.None()))) {
      for (int step = 0; batches.hasNext(); step++) {
        if (cancellation.requested()) {
          return false;
        }
        use.take(batches.next().compute(), order.samples(step), step);
      }
    }
    return true;
  }

  /** Returns loss and hits; nothing if somebody cancelled meanwhile. */
  Optional<EpochMeter> of(TrainableNetwork network, EpochMeter meter, ValidationAnswers answers)
      throws IOException {
    int outputs = network.outputs();
    boolean whole =
        each(
            EpochOrder.asTheyLie(samples, batchSize, true),
            0,
            (inputs, chosen, step) -> {
              float[] targets = TargetRows.of(samples.targets(), chosen, outputs);
              float[] values = network.predict(inputs, chosen.length);
              meter.measure(values, targets);
              answers.add(values, outputs);
            });
    return whole ? Optional.of(meter) : Optional.empty();
  }

  /**
   * Measures the statistics of batch normalization anew, as {@code swa_utils.update_bn} of PyTorch:
   * the mean over the batches of an epoch. A lone last sample, which has no variance, goes with the
   * batch before.
   *
   * @return whether all batches were seen; not if somebody cancelled
   */
  boolean statistics(TrainableNetwork network, int epoch) throws IOException {
    return each(
        EpochOrder.asTheyLie(samples, batchSize, false),
        epoch,
        (inputs, chosen, step) ->
            network.measureStatistics(inputs, chosen.length, step / (step + 1.0)));
  }
}
