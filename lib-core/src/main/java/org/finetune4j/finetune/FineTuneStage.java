package org.finetune4j.finetune;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.train.TrainingBuilder;
import org.finetune4j.train.TrainingPlan;

/**
 * One stage of a staged fine-tuning: what is trained, how long and how fast. What a stage leaves
 * open, the builder of the {@link FineTuner} decides. Immutable.
 *
 * <pre>{@code
 * FineTuner.builder(extractor, head)
 *     .stages(
 *         FineTuneStage.head().epochs(2).optimizer(Optimizer.adam(1e-3)),
 *         FineTuneStage.from("block5_conv1").epochs(10).optimizer(Optimizer.rmsProp(1e-5)),
 *         FineTuneStage.from("block4_conv1").epochs(5).optimizer(Optimizer.rmsProp(3e-6)))
 * }</pre>
 */
public final class FineTuneStage {
  /** What a stage trains besides the head. */
  sealed interface Unfrozen {
    /** Nothing. */
    record Head() implements Unfrozen {}

    /** A layer and all behind it. */
    record From(String layer) implements Unfrozen {}

    /** The last layers with weights. */
    record Last(int layers) implements Unfrozen {}

    /** The whole backbone. */
    record All() implements Unfrozen {}
  }

  private final Unfrozen unfrozen;
  private final OptionalInt epochs;
  private final Optional<Optimizer> optimizer;
  private final Optional<Schedule> schedule;
  private final OptionalDouble layerDecay;

  private FineTuneStage(
      Unfrozen unfrozen,
      OptionalInt epochs,
      Optional<Optimizer> optimizer,
      Optional<Schedule> schedule,
      OptionalDouble layerDecay) {
    this.unfrozen = unfrozen;
    this.epochs = epochs;
    this.optimizer = optimizer;
    this.schedule = schedule;
    this.layerDecay = layerDecay;
  }

  private static FineTuneStage of(Unfrozen unfrozen) {
    return new FineTuneStage(
        unfrozen, OptionalInt.empty(), Optional.empty(), Optional.empty(), OptionalDouble.empty());
  }

  /** Returns a stage that trains the head alone, behind the frozen backbone. */
  public static FineTuneStage head() {
    return of(new Unfrozen.Head());
  }

  /** Returns a stage as {@link FineTuner.Builder#unfreezeFrom} describes it. */
  public static FineTuneStage from(String layer) {
    return of(new Unfrozen.From(layer));
  }

  /** Returns a stage as {@link FineTuner.Builder#unfreezeLast} describes it. */
  public static FineTuneStage last(int layers) {
    return of(new Unfrozen.Last(layers));
  }

  /** Returns a stage that trains the whole backbone and the head. */
  public static FineTuneStage all() {
    return of(new Unfrozen.All());
  }

  /**
   * Returns this stage with a number of epochs.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public FineTuneStage epochs(int count) {
    TrainingBuilder.atLeastOne("A stage takes", count, "epoch");
    return new FineTuneStage(unfrozen, OptionalInt.of(count), optimizer, schedule, layerDecay);
  }

  /** Returns this stage with an optimizer of its own, and so with a learning rate. */
  public FineTuneStage optimizer(Optimizer newOptimizer) {
    return new FineTuneStage(unfrozen, epochs, Optional.of(newOptimizer), schedule, layerDecay);
  }

  /** Returns this stage with a schedule of its own, which spans the stage's steps. */
  public FineTuneStage schedule(Schedule newSchedule) {
    return new FineTuneStage(unfrozen, epochs, optimizer, Optional.of(newSchedule), layerDecay);
  }

  /**
   * Returns this stage with a factor of the learning rate for every layer further from the head.
   */
  public FineTuneStage layerDecay(double factor) {
    return new FineTuneStage(unfrozen, epochs, optimizer, schedule, OptionalDouble.of(factor));
  }

  Unfrozen unfrozen() {
    return unfrozen;
  }

  /** Fills what this stage leaves open. */
  TrainingPlan plan(TrainingPlan base) {
    return base.with(
        optimizer.orElse(base.settings().optimizer()),
        layerDecay.orElse(base.settings().layerDecay()),
        schedule.orElse(base.schedule()),
        epochs.orElse(base.epochs()));
  }
}
