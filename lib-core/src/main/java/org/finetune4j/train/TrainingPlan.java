package org.finetune4j.train;

import java.util.Optional;
import org.finetune4j.optimize.Mixing;
import org.finetune4j.optimize.Optimizer;
import org.finetune4j.optimize.Schedule;
import org.finetune4j.optimize.TrainingSettings;

/**
 * How one stage is trained.
 *
 * @param settings optimizer, loss and what belongs to them
 * @param mixing whether samples are mixed
 * @param schedule how the learning rate moves
 * @param epochs how often all samples are seen, at most
 * @param batchSize samples in a step
 * @param seed decides orders, dropout and augmentation
 * @param earlyStopping when to stop before, if at all
 * @param bestEpoch whether the weights of the epoch with the smallest validation loss are kept
 *     instead of the last
 */
public record TrainingPlan(
    TrainingSettings settings,
    Mixing mixing,
    Schedule schedule,
    int epochs,
    int batchSize,
    long seed,
    Optional<EarlyStopping> earlyStopping,
    boolean bestEpoch) {
  /** Returns this plan with what a stage decides for itself. */
  public TrainingPlan with(
      Optimizer optimizer, double layerDecay, Schedule newSchedule, int newEpochs) {
    TrainingSettings own =
        new TrainingSettings(
            optimizer,
            settings.loss(),
            settings.batchNorm(),
            settings.l2(),
            settings.clipping(),
            layerDecay);
    return new TrainingPlan(
        own, mixing, newSchedule, newEpochs, batchSize, seed, earlyStopping, bestEpoch);
  }
}
