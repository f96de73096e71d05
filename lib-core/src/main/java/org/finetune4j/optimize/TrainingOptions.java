package org.finetune4j.optimize;

import java.util.Objects;
import java.util.Optional;

/**
 * All that decides how a training changes weights: one value, on its way from the builder of a
 * head, a {@code FineTuner} or a {@code NetworkTrainer} to the step that multiplies a gradient with
 * a learning rate. Immutable and thread-safe. Two trainings with equal options, the same data and
 * the same start end with the same bits.
 *
 * <pre>{@code
 * TrainingOptions options =
 *     TrainingOptions.builder(Optimizer.adamW(1e-3, 0.05)).schedule(Schedule.oneCycle()).epochs(5).build();
 * FineTuner.builder(extractor, head).options(options).unfreezeAll();
 * }</pre>
 *
 * @param optimizer the rule of a step, and its learning rate
 * @param schedule how the learning rate moves over the steps
 * @param plateau when it is reduced for want of progress, if ever
 * @param loss what is minimized
 * @param mixing whether samples are mixed
 * @param batchNorm what batch normalization does meanwhile
 * @param l2 factor of the sum of squared kernel values that is added to the loss (Keras {@code
 *     regularizers.L2}); biases, gamma and beta are left out
 * @param clipping what happens to large gradients
 * @param layerDecay what the learning rate is multiplied by for each layer with a kernel, counted
 *     from the last one backwards; 1 trains all layers alike
 * @param weightDecay which weights the optimizer's decay shrinks
 * @param sampling how often each class is seen
 * @param sampleWeights how much each sample counts, where they differ
 * @param accumulation how many batches a step adds up
 * @param distillation how much a teacher counts, where there is one
 * @param averaging whether the average of weights is kept
 * @param epochs how often all samples are seen, at most
 * @param batchSize samples that are computed at once
 * @param seed decides orders, initial weights, dropout and augmentation
 * @param earlyStopping when to stop before, if at all
 * @param bestEpoch whether the weights of the epoch with the smallest validation loss are kept
 *     instead of the last
 */
public record TrainingOptions(
    Optimizer optimizer,
    Schedule schedule,
    Optional<ReduceOnPlateau> plateau,
    Loss loss,
    Mixing mixing,
    BatchNormPolicy batchNorm,
    double l2,
    GradientClipping clipping,
    double layerDecay,
    WeightDecay weightDecay,
    Sampling sampling,
    Optional<SampleWeights> sampleWeights,
    int accumulation,
    Optional<Distillation> distillation,
    Averaging averaging,
    int epochs,
    int batchSize,
    long seed,
    Optional<EarlyStopping> earlyStopping,
    boolean bestEpoch) {

  /**
   * Checks what does not go together.
   *
   * @throws IllegalArgumentException if samples are weighted and mixed, or the schedule moves a
   *     momentum that the optimizer does not have
   */
  public TrainingOptions {
    if (schedule.momentum(0, 1).isPresent()) {
      if (optimizer instanceof Sgd sgd && sgd.momentum() == 0) {
        throw new IllegalArgumentException(
            "The schedule moves the momentum, but this SGD has none. Use"
                + " Optimizer.sgd(rate).momentum(0.9).");
      }
      optimizer.momentum(schedule.momentum(0, 1).getAsDouble());
    }
    if (sampleWeights.isPresent() && !(mixing instanceof Mixing.None)) {
      throw new IllegalArgumentException(
          "A mixture of two samples has no weight of its own: use mixing(...) or"
              + " sampleWeights(...), not both.");
    }
  }

  /** Returns how many samples a step of the optimizer learns from. */
  public int samplesPerStep() {
    return Math.multiplyExact(batchSize, accumulation);
  }

  /** Starts with the defaults that {@link OptionsBuilder} names: 10 epochs, frozen statistics. */
  public static Builder builder(Optimizer optimizer) {
    return new Builder(Objects.requireNonNull(optimizer, "optimizer"));
  }

  /** Returns these options with a teacher that counts so much. */
  public TrainingOptions taughtBy(Distillation how) {
    return toBuilder().distillation(Objects.requireNonNull(how, "how")).build();
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder(optimizer).options(this);
  }

  /** Options to be changed; not thread-safe. */
  public static final class Builder extends OptionsBuilder<Builder> {
    private Builder(Optimizer optimizer) {
      super(optimizer, BatchNormPolicy.FROZEN_STATISTICS, 10);
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** Returns the options. */
    public TrainingOptions build() {
      return options();
    }
  }
}
