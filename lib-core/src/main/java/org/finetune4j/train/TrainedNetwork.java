package org.finetune4j.train;

import org.finetune4j.model.ClassifierDefinition;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.weights.Weights;

/** What a training of a network ends with. Immutable, without native memory. */
public class TrainedNetwork {
  private final ClassifierDefinition definition;
  private final Weights weights;
  private final TrainingHistory history;

  /** Made by trainings. */
  public TrainedNetwork(ClassifierDefinition definition, Weights weights, TrainingHistory history) {
    this.definition = definition;
    this.weights = weights;
    this.history = history;
  }

  /** Returns a new classifier with what was learned; the caller closes it. */
  public final ImageClassifier classifier() {
    return ImageClassifier.of(definition, weights);
  }

  /** Returns the epochs. */
  public final TrainingHistory history() {
    return history;
  }

  /** Returns the parameters of the whole network. */
  public final Weights weights() {
    return weights;
  }
}
