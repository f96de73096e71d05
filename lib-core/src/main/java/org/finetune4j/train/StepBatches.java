package org.finetune4j.train;

import java.io.IOException;
import java.util.Arrays;
import org.finetune4j.engine.train.StepResult;
import org.finetune4j.engine.train.TrainableNetwork;
import org.finetune4j.engine.train.operation.StepKey;
import org.finetune4j.optimize.TrainingOptions;
import org.finetune4j.pipeline.Prefetch;
import org.finetune4j.train.input.EpochOrder;
import org.finetune4j.train.input.Mix;
import org.finetune4j.train.input.SampleSource;
import org.finetune4j.train.input.SampleSource.Activations;
import org.finetune4j.train.input.Targets;

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
   * @param labels what the samples show most of
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Done(StepResult result, int[] labels) {}

  /** Makes the next step. */
  Done step(TrainableNetwork network, double learningRate) throws IOException {
    int[] chosen = order.samples(next);
    StepKey key = key(next);
    next++;
    int[] targets = Arrays.stream(chosen).map(samples::target).toArray();
    Mix mix = mix(key);
    float[] weights =
        options.sampleWeights().map(it -> it.of(chosen)).orElseGet(() -> new float[0]);
    StepResult result =
        network.step(
            batches.next().compute(),
            targets.length,
            mix.targets(Targets.hard(targets, network.outputs()), targets.length),
            weights,
            learningRate,
            key);
    return new Done(result, mix.labels(targets));
  }

  @Override
  public void close() {
    batches.close();
  }
}
