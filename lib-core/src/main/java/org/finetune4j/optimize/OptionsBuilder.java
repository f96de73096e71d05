package org.finetune4j.optimize;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sets {@link TrainingOptions}: what every gradient training has. Not thread-safe.
 *
 * <p>Defaults: constant learning rate, cross-entropy without label smoothing or class weights, no
 * mixing, no L2 penalty, no clipping, all layers at the same rate, batches of 32, seed 0, no early
 * stopping, the last epoch's weights. Optimizer, epochs and batch normalization differ:
 *
 * <table>
 * <caption>Defaults that differ</caption>
 * <tr><th></th><th>optimizer</th><th>epochs</th><th>batch normalization</th></tr>
 * <tr><td>{@code ClassifierHead.builder()}</td><td>Adam, 1e-3</td><td>30</td><td>batch
 *     statistics</td></tr>
 * <tr><td>{@code FineTuner}</td><td>RMSprop, 1e-5</td><td>10</td><td>frozen statistics</td></tr>
 * <tr><td>{@code NetworkTrainer}</td><td>RMSprop, 1e-4</td><td>30</td><td>batch
 *     statistics</td></tr>
 * </table>
 *
 * @param <B> the builder itself, so that its own options can follow
 */
public abstract class OptionsBuilder<B extends OptionsBuilder<B>> {
  private Optimizer optimizer;
  private Schedule schedule = Schedule.constant();
  private Optional<ReduceOnPlateau> plateau = Optional.empty();
  private Loss loss = Loss.crossEntropy();
  private Mixing mixing = Mixing.none();
  private BatchNormPolicy batchNorm;
  private double l2;
  private GradientClipping clipping = GradientClipping.none();
  private double layerDecay = 1;
  private WeightDecay weightDecay = WeightDecay.KERNELS;
  private Sampling sampling = Sampling.ALL_ONCE;
  private Optional<SampleWeights> sampleWeights = Optional.empty();
  private int accumulation = 1;
  private Optional<Distillation> distillation = Optional.empty();
  private Averaging averaging = Averaging.none();
  private int epochs;
  private int batchSize = 32;
  private long seed;
  private Optional<EarlyStopping> earlyStopping = Optional.empty();
  private boolean bestEpoch;
  private final Set<String> said = new TreeSet<>();

  protected OptionsBuilder(Optimizer optimizer, BatchNormPolicy batchNorm, int epochs) {
    this.optimizer = optimizer;
    this.batchNorm = batchNorm;
    this.epochs = epochs;
  }

  /** Returns this builder. */
  protected abstract B self();

  /** Remembers that an option was said, so that it cannot be lost unnoticed. */
  private B said(String option) {
    said.add(option);
    return self();
  }

  /** Returns the names of the options of this class that were set. */
  protected final Set<String> said() {
    return Collections.unmodifiableSet(said);
  }

  /** Takes all options of another training; those that are set afterwards replace them. */
  public B options(TrainingOptions all) {
    this.optimizer = all.optimizer();
    this.schedule = all.schedule();
    this.plateau = all.plateau();
    this.loss = all.loss();
    this.mixing = all.mixing();
    this.batchNorm = all.batchNorm();
    this.l2 = all.l2();
    this.clipping = all.clipping();
    this.layerDecay = all.layerDecay();
    this.weightDecay = all.weightDecay();
    this.sampling = all.sampling();
    this.sampleWeights = all.sampleWeights();
    this.accumulation = all.accumulation();
    this.distillation = all.distillation();
    this.averaging = all.averaging();
    this.epochs = all.epochs();
    this.batchSize = all.batchSize();
    this.seed = all.seed();
    this.earlyStopping = all.earlyStopping();
    this.bestEpoch = all.bestEpoch();
    said.addAll(List.of("optimizer", "schedule", "layerDecay", "epochs"));
    return self();
  }

  /** Sets the optimizer and its learning rate; the default is in the table above. */
  public B optimizer(Optimizer newOptimizer) {
    this.optimizer = Objects.requireNonNull(newOptimizer, "newOptimizer");
    return said("optimizer");
  }

  /** Sets how the learning rate moves over the steps; default: it does not. */
  public B schedule(Schedule newSchedule) {
    this.schedule = Objects.requireNonNull(newSchedule, "newSchedule");
    return said("schedule");
  }

  /**
   * Reduces the learning rate when the validation loss no longer falls, on top of the schedule;
   * default is not to. Needs validation data.
   */
  public B reduceOnPlateau(ReduceOnPlateau rule) {
    this.plateau = Optional.of(Objects.requireNonNull(rule, "rule"));
    return said("reduceOnPlateau");
  }

  /**
   * Sets how often all samples are seen, at most; the default is in the table above.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public B epochs(int count) {
    this.epochs = atLeastOne("Training takes", count, "epoch");
    return said("epochs");
  }

  /**
   * Sets the samples of a batch; default 32. The last batch of an epoch takes what is left; where
   * batch statistics train, a single sample that is left goes with the batch before.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public B batchSize(int samples) {
    this.batchSize = atLeastOne("A batch has", samples, "sample");
    return said("batchSize");
  }

  /**
   * Adds up the gradients of several batches for each step of the optimizer, which then learns from
   * batches * {@link #batchSize} samples with the memory of one batch; default 1. Loss, dropout and
   * mixing are those of the large batch; batch statistics, where they train, are those of each
   * small one.
   *
   * @param batches how many
   * @throws IllegalArgumentException if it is below 1
   */
  public B gradientAccumulation(int batches) {
    this.accumulation = atLeastOne("A step adds up", batches, "batch");
    return said("gradientAccumulation");
  }

  /** Sets how often each class is seen; default is every sample once. */
  public B sampling(Sampling newSampling) {
    this.sampling = Objects.requireNonNull(newSampling, "newSampling");
    return said("sampling");
  }

  /**
   * Lets samples count differently; default is all alike. There is one weight for each training
   * sample, in the order of the training data. The reported training loss is weighted, the
   * validation loss is not.
   */
  public B sampleWeights(SampleWeights weights) {
    this.sampleWeights = Optional.of(Objects.requireNonNull(weights, "weights"));
    return said("sampleWeights");
  }

  /** Says how much a teacher counts; the trainers of pictures take one. */
  protected final B distillation(Distillation how) {
    this.distillation = Optional.of(how);
    return said("distillation");
  }

  /**
   * Keeps the average of the weights instead of the last ones: {@code Averaging.ema(0.999)} or
   * {@code Averaging.swa(0.75)}; default {@link Averaging#none}.
   */
  public B averaging(Averaging newAveraging) {
    this.averaging = Objects.requireNonNull(newAveraging, "newAveraging");
    return said("averaging");
  }

  /** Sets which weights the decay of {@link AdamW} shrinks; default {@link WeightDecay#KERNELS}. */
  public B weightDecay(WeightDecay which) {
    this.weightDecay = Objects.requireNonNull(which, "which");
    return said("weightDecay");
  }

  /** Returns a count of at least 1, or refuses it. */
  public static int atLeastOne(String what, int count, String unit) {
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(what, "what");
    if (count < 1) {
      throw new IllegalArgumentException(what + " at least 1 " + unit + ", not " + count + ".");
    }
    return count;
  }

  /** Sets the seed of orders, initial weights, dropout and augmentation; default 0. */
  public B seed(long newSeed) {
    this.seed = newSeed;
    return said("seed");
  }

  /**
   * Adds a penalty of this factor times the sum of squared kernel values to the loss; default 0.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public B l2(double factor) {
    if (!(factor >= 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("An L2 penalty is 0 or more, not " + factor + ".");
    }
    this.l2 = factor;
    return said("l2");
  }

  /** Sets what happens to large gradients; default nothing. */
  public B gradientClipping(GradientClipping newClipping) {
    this.clipping = Objects.requireNonNull(newClipping, "newClipping");
    return said("gradientClipping");
  }

  /**
   * Sets what is minimized; default is cross-entropy, for numbers the mean squared error. Replaces
   * label smoothing and weights.
   */
  public B loss(Loss newLoss) {
    this.loss = Objects.requireNonNull(newLoss, "newLoss");
    return said("loss");
  }

  /**
   * Spreads a share of each target evenly over all classes; 0.1 is usual, default 0.
   *
   * @throws IllegalArgumentException if it is not from 0 to below 1
   */
  public B labelSmoothing(double share) {
    this.loss = loss.labelSmoothing(share);
    return said("labelSmoothing");
  }

  /**
   * Weighs the samples of each class, in the order of the labels, or the answers about each tag;
   * default is 1 for all.
   *
   * @throws IllegalArgumentException if a weight is negative
   */
  public B classWeights(double... weights) {
    List<Double> list = Arrays.stream(weights).boxed().toList();
    this.loss = loss.classWeights(list);
    return said("classWeights");
  }

  /**
   * Weighs the samples that have a tag against those that do not, in the order of the tags; default
   * is 1 for all. For rare tags, samples without / samples with it is usual.
   *
   * @throws IllegalArgumentException if a weight is negative
   */
  public B positiveWeights(double... weights) {
    this.loss = loss.positiveWeights(Arrays.stream(weights).boxed().toList());
    return said("positiveWeights");
  }

  /**
   * Learns from mixtures of two samples; default {@link Mixing#none}. The loss of a mixed sample is
   * the mixture of the losses by its two targets, label smoothing and class weights included. The
   * reported training accuracy counts the label or tags that a sample shows more of. Numbers have
   * no mixtures: half of two pictures does not show half of both numbers.
   */
  public B mixing(Mixing newMixing) {
    this.mixing = Objects.requireNonNull(newMixing, "newMixing");
    return said("mixing");
  }

  /**
   * Sets what batch normalisations in the trained layers do; the default is in the table above.
   * {@link BatchNormPolicy#FROZEN_STATISTICS} suits small data behind pretrained weights.
   */
  public B batchNorm(BatchNormPolicy policy) {
    this.batchNorm = Objects.requireNonNull(policy, "policy");
    return said("batchNorm");
  }

  /**
   * Multiplies the learning rate by this factor for every layer with a kernel further from the end;
   * default 1. From 0.65 to 0.9 is usual for transformers.
   *
   * @throws IllegalArgumentException if it is not above 0 and at most 1
   */
  public B layerDecay(double factor) {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException(
          "A layer decay is above 0 and at most 1, not " + factor + ".");
    }
    this.layerDecay = factor;
    return said("layerDecay");
  }

  /**
   * Ends training when the validation loss no longer falls, and keeps the weights of the best
   * epoch; default is to train all epochs. Needs validation data.
   */
  public B earlyStopping(EarlyStopping rule) {
    this.earlyStopping = Optional.of(Objects.requireNonNull(rule, "rule"));
    this.bestEpoch = true;
    return said("earlyStopping");
  }

  /** Keeps the weights of the epoch with the smallest validation loss; default is the last's. */
  public B keepBestEpoch() {
    this.bestEpoch = true;
    return said("keepBestEpoch");
  }

  /** Returns all that was set as one value. */
  protected TrainingOptions options() {
    return new TrainingOptions(
        optimizer,
        schedule,
        plateau,
        loss,
        mixing,
        batchNorm,
        l2,
        clipping,
        layerDecay,
        weightDecay,
        sampling,
        sampleWeights,
        accumulation,
        distillation,
        averaging,
        epochs,
        batchSize,
        seed,
        earlyStopping,
        bestEpoch);
  }
}
