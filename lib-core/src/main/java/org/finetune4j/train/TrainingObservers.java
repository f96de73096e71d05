package org.finetune4j.train;

import java.util.Optional;

/**
 * Who watches a run and may end it.
 *
 * @param listener hears what happens
 * @param checkpoints where the state is kept after each epoch, if anywhere
 * @param cancellation may end the run
 */
record TrainingObservers(
    TrainingListener listener, Optional<Checkpoints> checkpoints, Cancellation cancellation) {}
