package org.finetune4j.finetune;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.OptionsBuilder;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.optimize.TrainingOptions;

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

    /** Layers in the middle, without those behind them. */
    record Between(String first, String last) implements Unfrozen {}
  }

  private final Unfrozen unfrozen;
  private final Map<String, UnaryOperator<TrainingOptions.Builder>> own;

  private FineTuneStage(
      Unfrozen unfrozen, Map<String, UnaryOperator<TrainingOptions.Builder>> own) {
    this.unfrozen = unfrozen;
    this.own = Map.copyOf(own);
  }

  private static FineTuneStage of(Unfrozen unfrozen) {
    return new FineTuneStage(unfrozen, Map.of());
  }

  private FineTuneStage with(String option, UnaryOperator<TrainingOptions.Builder> change) {
    Map<String, UnaryOperator<TrainingOptions.Builder>> more = new HashMap<>(own);
    more.put(option, change);
    return new FineTuneStage(unfrozen, more);
  }

  /** Returns a stage that trains the head alone, behind the frozen backbone. */
  public static FineTuneStage head() {
    return of(new Unfrozen.Head());
  }

  /** Returns a stage as {@link FineTuner.Builder#unfreezeFrom} describes it. */
  public static FineTuneStage from(String layer) {
    return of(new Unfrozen.From(Objects.requireNonNull(layer, "layer")));
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
   * Returns a stage that trains only the layers from one to another, in the order of {@code
   * backbone.layers()}; those behind them and the head stay as they are, and gradients go through
   * them. Surgical fine-tuning (Lee et al. 2023): where what changed is the look of the pictures,
   * early layers; where it is what they show, later ones.
   *
   * @param first the first layer that trains
   * @param last the last one
   */
  public static FineTuneStage between(String first, String last) {
    return of(
        new Unfrozen.Between(
            Objects.requireNonNull(first, "first"), Objects.requireNonNull(last, "last")));
  }

  /**
   * Returns this stage with a number of epochs.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public FineTuneStage epochs(int count) {
    OptionsBuilder.atLeastOne("A stage takes", count, "epoch");
    return with("epochs", options -> options.epochs(count));
  }

  /** Returns this stage with an optimizer of its own, and so with a learning rate. */
  public FineTuneStage optimizer(Optimizer newOptimizer) {
    Objects.requireNonNull(newOptimizer, "newOptimizer");
    return with("optimizer", options -> options.optimizer(newOptimizer));
  }

  /** Returns this stage with a schedule of its own, which spans the stage's steps. */
  public FineTuneStage schedule(Schedule newSchedule) {
    Objects.requireNonNull(newSchedule, "newSchedule");
    return with("schedule", options -> options.schedule(newSchedule));
  }

  /**
   * Returns this stage with a factor of the learning rate for every layer further from the head.
   */
  public FineTuneStage layerDecay(double factor) {
    return with("layerDecay", options -> options.layerDecay(factor));
  }

  Unfrozen unfrozen() {
    return unfrozen;
  }

  /** Returns the names of the options that this stage decides for itself. */
  Set<String> own() {
    return own.keySet();
  }

  /** Fills what this stage leaves open. */
  TrainingOptions options(TrainingOptions base) {
    TrainingOptions.Builder options = base.toBuilder();
    for (var change : own.values()) {
      options = change.apply(options);
    }
    return options.build();
  }
}
