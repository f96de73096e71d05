package org.finetune4j.finetune;

import java.util.List;
import org.finetune4j.model.ClassifierDefinition;
import org.finetune4j.model.ImageClassifier;
import org.finetune4j.train.FreezeReport;
import org.finetune4j.train.TrainingHistory;
import org.finetune4j.weights.Weights;

/** What a fine-tuning ends with. Immutable, without native memory. */
public final class FineTuneResult {
  private final ClassifierDefinition definition;
  private final Weights weights;
  private final TrainingHistory history;
  private final List<FreezeReport> freezeReports;

  public FineTuneResult(
      ClassifierDefinition definition,
      Weights weights,
      TrainingHistory history,
      List<FreezeReport> freezeReports) {
    this.definition = definition;
    this.weights = weights;
    this.history = history;
    this.freezeReports = freezeReports;
  }

  /** Returns a new classifier with what was learned; the caller closes it. */
  public ImageClassifier classifier() {
    return ImageClassifier.of(definition, weights);
  }

  /** Returns the epochs. */
  public TrainingHistory history() {
    return history;
  }

  /** Returns the parameters of the whole network. */
  public Weights weights() {
    return weights;
  }

  /** Returns what stayed frozen through all stages, and what moved. */
  public FreezeReport freezeReport() {
    return freezeReports.get(freezeReports.size() - 1);
  }

  /**
   * Returns what stayed frozen to the end of each stage, and what had moved since the fine-tuning
   * began, stage by stage.
   */
  public List<FreezeReport> freezeReports() {
    return freezeReports;
  }
}
