package org.finetune4j.engine.train;

import org.finetune4j.weights.Weights;

/**
 * What an optimizer remembers between steps.
 *
 * @param steps how many steps were made
 * @param slots its arrays, named {@code layer/role/slot} and shaped like the weights they belong to
 */
public record TrainerState(long steps, Weights slots) {}
