package org.finetune4j.finetune;

import java.util.List;
import org.finetune4j.model.bundle.ClassifierDefinition;
import org.finetune4j.train.TrainedNetwork;
import org.finetune4j.train.log.FreezeReport;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.weights.Weights;

/**
 * What a fine-tuning ends with: a trained network, and the proof of what stayed frozen. Immutable,
 * without native memory.
 */
public final class FineTuneResult extends TrainedNetwork {
  private final List<FreezeReport> freezeReports;

  FineTuneResult(
      ClassifierDefinition definition,
      Weights weights,
      TrainingHistory history,
      List<String> warnings,
      List<FreezeReport> freezeReports) {
    super(definition, weights, history, warnings);
    this.freezeReports = freezeReports;
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

  /** Returns what the last epoch brought, what stayed frozen, and the warnings. */
  @Override
  public String toString() {
    return described("; " + freezeReport());
  }
}
