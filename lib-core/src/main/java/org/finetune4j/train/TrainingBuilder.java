package org.finetune4j.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.finetune4j.optimize.BatchNormPolicy;
import org.finetune4j.optimize.GradientClipping;
import org.finetune4j.optimize.Loss;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.optimize.TrainingSettings;

/**
 * The options that every gradient training has. Not thread-safe.
 *
 * @param <B> the builder itself, so that its own options can follow
 */
public abstract class TrainingBuilder<B extends TrainingBuilder<B>> {
  private Optimizer optimizer;
  private Mixing mixing = Mixing.none();
  private Schedule schedule = Schedule.constant();
  private Loss loss = Loss.crossEntropy();
  private BatchNormPolicy batchNorm;
  private double l2;
  private GradientClipping clipping = GradientClipping.none();
  private double layerDecay = 1;
  private int epochs;
  private int batchSize = 32;
  private long seed;
  private Optional<EarlyStopping> earlyStopping = Optional.empty();
  private boolean bestEpoch;
  private final List<TrainingListener> listeners = new ArrayList<>();
  private Optional<Path> checkpoints = Optional.empty();
  private int everySteps;
  private Cancellation cancellation = new Cancellation();

  protected TrainingBuilder(Optimizer optimizer, BatchNormPolicy batchNorm, int epochs) {
    this.optimizer = optimizer;
    this.batchNorm = batchNorm;
    this.epochs = epochs;
  }

  protected abstract B self();

  /** Sets the optimizer and its learning rate. */
  public B optimizer(Optimizer newOptimizer) {
    this.optimizer = newOptimizer;
    return self();
  }

  /** Sets how the learning rate moves over the steps; default: it does not. */
  public B schedule(Schedule newSchedule) {
    this.schedule = newSchedule;
    return self();
  }

  /**
   * Sets how often all samples are seen, at most.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public B epochs(int count) {
    this.epochs = atLeastOne("Training takes", count, "epoch");
    return self();
  }

  /**
   * Sets the samples of a step; default 32. The last step of an epoch takes what is left.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public B batchSize(int samples) {
    this.batchSize = atLeastOne("A batch has", samples, "sample");
    return self();
  }

  public static int atLeastOne(String what, int count, String unit) {
    if (count < 1) {
      throw new IllegalArgumentException(what + " at least 1 " + unit + ", not " + count + ".");
    }
    return count;
  }

  /** Sets the seed of orders, initial weights, dropout and augmentation; default 0. */
  public B seed(long newSeed) {
    this.seed = newSeed;
    return self();
  }

  /** Adds a penalty of this factor times the sum of squared kernel values to the loss. */
  public B l2(double factor) {
    this.l2 = factor;
    return self();
  }

  /** Sets what happens to large gradients; default nothing. */
  public B gradientClipping(GradientClipping newClipping) {
    this.clipping = newClipping;
    return self();
  }

  /**
   * Spreads a share of each target evenly over all classes; 0.1 is usual, default 0.
   *
   * @throws IllegalArgumentException if it is not from 0 to below 1
   */
  public B labelSmoothing(double share) {
    this.loss = loss.labelSmoothing(share);
    return self();
  }

  /**
   * Weighs the samples of each class, in the order of the labels; default is 1 for all.
   *
   * @throws IllegalArgumentException if a weight is negative
   */
  public B classWeights(double... weights) {
    List<Double> list = Arrays.stream(weights).boxed().toList();
    this.loss = loss.classWeights(list);
    return self();
  }

  /**
   * Learns from mixtures of two samples; default {@link Mixing#none}. The loss of a mixed sample is
   * the mixture of the losses by its two targets, label smoothing and class weights included. The
   * reported training accuracy counts the label that a sample shows more of.
   */
  public B mixing(Mixing newMixing) {
    this.mixing = newMixing;
    return self();
  }

  protected Mixing mixing() {
    return mixing;
  }

  protected B batchNormPolicy(BatchNormPolicy policy) {
    this.batchNorm = policy;
    return self();
  }

  protected B decay(double factorPerLayer) {
    this.layerDecay = factorPerLayer;
    return self();
  }

  /**
   * Ends training when the validation loss no longer falls, and keeps the weights of the best
   * epoch. Needs validation data.
   */
  public B earlyStopping(EarlyStopping rule) {
    this.earlyStopping = Optional.of(rule);
    this.bestEpoch = true;
    return self();
  }

  /** Keeps the weights of the epoch with the smallest validation loss instead of the last. */
  public B keepBestEpoch() {
    this.bestEpoch = true;
    return self();
  }

  /** Adds somebody who hears what happens; default nobody. */
  public B listener(TrainingListener listener) {
    listeners.add(listener);
    return self();
  }

  /**
   * Writes the whole state into this folder after every epoch. A run with the same settings and
   * data that finds a state there goes on from it, and ends with the bits that an uninterrupted run
   * gives; one with other settings is refused.
   */
  public B checkpoints(Path folder) {
    this.checkpoints = Optional.of(folder);
    return self();
  }

  /**
   * Writes the state after every so many steps too, for epochs that take long; default is after
   * every epoch only. A run that goes on inside an epoch ends with the same bits as well. Needs
   * {@link #checkpoints}.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public B checkpointEverySteps(int steps) {
    this.everySteps = atLeastOne("Checkpoints are", steps, "step apart");
    return self();
  }

  /** Sets what can end the run from another thread. */
  public B cancellation(Cancellation newCancellation) {
    this.cancellation = newCancellation;
    return self();
  }

  protected TrainingPlan plan() {
    TrainingSettings settings =
        new TrainingSettings(optimizer, loss, batchNorm, l2, clipping, layerDecay);
    return new TrainingPlan(
        settings, mixing, schedule, epochs, batchSize, seed, earlyStopping, bestEpoch);
  }

  protected TrainingListener listener() {
    return new SeveralListeners(listeners);
  }

  protected Optional<Path> checkpointFolder() {
    return checkpoints;
  }

  protected int everySteps() {
    if (everySteps > 0 && checkpoints.isEmpty()) {
      throw new IllegalStateException(
          "checkpointEverySteps(...) says how often, checkpoints(folder) says where; it is missing.");
    }
    return everySteps;
  }

  protected Cancellation cancellation() {
    return cancellation;
  }
}
