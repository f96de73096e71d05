package org.finetune4j.train;

import java.util.Optional;

/**
 * Who watches a run and may end it.
 *
 * @param listener hears what happens
 * @param checkpoints where the state is kept, if anywhere
 * @param checkpointEverySteps after how many steps it is kept; 0 for only after each epoch
 * @param cancellation may end the run
 */
record TrainingObservers(
    TrainingListener listener,
    Optional<Checkpoints> checkpoints,
    int checkpointEverySteps,
    Cancellation cancellation) {}
