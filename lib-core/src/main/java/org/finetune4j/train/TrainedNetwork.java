package org.finetune4j.train;

import java.util.List;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.model.ImageRegressor;
import org.finetune4j.model.ImageTagger;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.weights.Weights;

/** What a training of a network ends with. Immutable, without native memory. */
public class TrainedNetwork {
  private final ClassifierDefinition definition;
  private final Weights weights;
  private final TrainingHistory history;
  private final List<String> warnings;

  /** Made by trainings. */
  public TrainedNetwork(
      ClassifierDefinition definition,
      Weights weights,
      TrainingHistory history,
      List<String> warnings) {
    this.definition = definition;
    this.weights = weights;
    this.history = history;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Returns a new classifier with what was learned; the caller closes it.
   *
   * @throws IllegalArgumentException if tags or numbers were learned
   */
  public final ImageClassifier classifier() {
    return ImageClassifier.of(definition, weights);
  }

  /**
   * Returns a new tagger with what was learned, at thresholds of 0.5; the caller closes it.
   *
   * @throws IllegalArgumentException if no tags were learned
   */
  public final ImageTagger tagger() {
    return ImageTagger.of(definition, weights);
  }

  /**
   * Returns a new regressor with what was learned; the caller closes it.
   *
   * @throws IllegalArgumentException if no numbers were learned
   */
  public final ImageRegressor regressor() {
    return ImageRegressor.of(definition, weights);
  }

  /** Returns the epochs. */
  public final TrainingHistory history() {
    return history;
  }

  /** Returns the parameters of the whole network. */
  public final Weights weights() {
    return weights;
  }

  /**
   * Returns what was odd about data and training: pictures with the same bytes in train and
   * validation or in two classes, a loss that only rose; empty if nothing was. Logged as well.
   */
  public final List<String> warnings() {
    return warnings;
  }

  /** Returns for example {@code 5 epochs, validation accuracy 97.5 %}, and the warnings. */
  @Override
  public String toString() {
    return described("");
  }

  /** Returns history, what a kind of training adds to it, and the warnings. */
  protected final String described(String more) {
    return history + more + (warnings.isEmpty() ? "" : "; warning: " + String.join("; ", warnings));
  }
}
