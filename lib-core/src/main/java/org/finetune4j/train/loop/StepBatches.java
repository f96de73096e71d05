package org.finetune4j.train.loop;

import java.io.IOException;
import org.finetune4j.engine.train.StepResult;
import org.finetune4j.engine.train.TrainableNetwork;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.pipeline.Prefetch;
import org.finetune4j.train.input.EpochOrder;
import org.finetune4j.train.input.Mix;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.input.SampleSource.Activations;
import org.finetune4j.train.input.TargetRows;

/** The steps of one epoch, whose samples are prepared ahead on other threads. */
final class StepBatches implements AutoCloseable {
  static final int AHEAD = 2;

  private final TrainingOptions options;
  private final SampleSource samples;
  private final EpochOrder order;
  private final int stage;
  private final int epoch;
  private final Prefetch<Activations> batches;
  private int next;

  /**
   * @param epoch the epoch, from 0 on
   * @param first the first step that is still to be made
   */
  StepBatches(
      TrainingOptions options,
      SampleSource samples,
      EpochOrder order,
      int stage,
      int epoch,
      int first) {
    this.options = options;
    this.samples = samples;
    this.order = order;
    this.stage = stage;
    this.epoch = epoch;
    this.next = first;
    this.batches =
        new Prefetch<>(
            order.steps() - first,
            AHEAD,
            AHEAD,
            ahead -> {
              int step = first + ahead;
              return samples.prepare(order.samples(step), epoch, mix(key(step)));
            });
  }

  private StepKey key(int step) {
    return new StepKey(options.seed(), stage, epoch, step);
  }

  private Mix mix(StepKey key) {
    return Mix.draw(options.mixing(), key.random(), samples.shape());
  }

  boolean hasNext() {
    return batches.hasNext();
  }

  /**
   * What a step brought.
   *
   * @param result loss and probabilities
   * @param targets what the samples show most of, one row per sample
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Done(StepResult result, float[] targets) {}

  /** Makes the next step. */
  Done step(TrainableNetwork network, double learningRate) throws IOException {
    int[] chosen = order.samples(next);
    StepKey key = key(next);
    next++;
    float[] targets = TargetRows.of(samples.targets(), chosen, network.outputs());
    Mix mix = mix(key);
    float[] weights =
        options.sampleWeights().map(it -> it.of(chosen)).orElseGet(() -> new float[0]);
    StepResult result =
        network.step(
            batches.next().compute(),
            chosen.length,
            mix.targets(targets, chosen.length),
            weights,
            mix.targets(teacher(chosen), chosen.length),
            learningRate,
            key);
    return new Done(result, mix.dominant(targets, chosen.length));
  }

  private float[] teacher(int[] chosen) {
    return samples.teacher().map(it -> it.of(chosen)).orElseGet(() -> new float[0]);
  }

  @Override
  public void close() {
    batches.close();
  }
}
