package org.finetune4j.engine.train;

/**
 * What the network said about a batch.
 *
 * @param loss mean loss of the batch, penalties included
 * @param probabilities one row of class probabilities per sample
 */
@SuppressWarnings("ArrayRecordComponent") // a batch's worth of numbers that nobody compares
public record StepResult(double loss, float[] probabilities) {}
