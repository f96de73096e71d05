package org.finetune4j.train.input;

import java.util.Arrays;
import org.finetune4j.optimize.Sampling;
import org.finetune4j.optimize.TrainingOptions;

/** Which samples the steps of an epoch learn from. */
public final class EpochOrder {
  private final int[] order;
  private final int perStep;
  private final int steps;

  private EpochOrder(int[] order, int perStep, int steps) {
    this.order = order;
    this.perStep = perStep;
    this.steps = steps;
  }

  /**
   * Returns the order of one epoch: the same for the same seed, stage and epoch.
   *
   * @param samples what there is
   * @param loneAllowed whether a last step of a single sample stays; else it goes with the one
   *     before
   */
  public static EpochOrder of(
      SampleSource samples, TrainingOptions options, int stage, int epoch, boolean loneAllowed) {
    int[] order =
        options.sampling() == Sampling.BALANCED
            ? Oversampling.order(samples, options.seed(), stage, epoch)
            : Shuffle.order(samples.size(), options.seed(), stage, epoch);
    int perStep = options.samplesPerStep();
    return new EpochOrder(order, perStep, steps(order.length, perStep, loneAllowed));
  }

  /**
   * Returns the samples as they lie, for what is measured.
   *
   * @param loneAllowed as for an epoch
   */
  public static EpochOrder asTheyLie(SampleSource samples, int batchSize, boolean loneAllowed) {
    int[] order = new int[samples.size()];
    Arrays.setAll(order, i -> i);
    return new EpochOrder(order, batchSize, steps(order.length, batchSize, loneAllowed));
  }

  private static int steps(int samples, int perStep, boolean loneAllowed) {
    int steps = (int) (((long) samples + perStep - 1) / perStep);
    boolean lone = samples % perStep == 1 && perStep > 1 && steps > 1;
    return lone && !loneAllowed ? steps - 1 : steps;
  }

  /** Returns how many steps there are. */
  public int steps() {
    return steps;
  }

  /** Returns the samples of a step, from 0 on. */
  public int[] samples(int step) {
    int from = step * perStep;
    return Arrays.copyOfRange(order, from, step == steps - 1 ? order.length : from + perStep);
  }
}
