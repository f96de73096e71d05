package org.finetune4j.train.checkpoint;

import java.util.List;
import java.util.Optional;
import org.finetune4j.engine.train.TrainerState;
import org.finetune4j.train.log.FreezeReport;
import org.finetune4j.train.log.TrainingHistory;
import org.finetune4j.weights.Weights;

/**
 * Everything that a training run needs to go on.
 *
 * @param stage the stage, from 1 on
 * @param epochsDone finished epochs of the stage
 * @param stepsDone finished steps of the epoch after these
 * @param epoch what these steps have brought
 * @param history all epochs so far, those of earlier stages too
 * @param proofs what stayed frozen in the earlier stages
 * @param weights what has been learned
 * @param state what the optimizer remembers
 * @param best the weights of the best epoch so far, where the plan keeps them
 */
public record Checkpoint(
    int stage,
    int epochsDone,
    int stepsDone,
    EpochMeter.Sums epoch,
    TrainingHistory history,
    List<FreezeReport> proofs,
    Weights weights,
    TrainerState state,
    Optional<Weights> best) {}
