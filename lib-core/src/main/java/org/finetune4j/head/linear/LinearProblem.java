package org.finetune4j.head.linear;

/**
 * One convex problem that a linear head solves: all labels together, or one tag, or one number.
 *
 * @param loss what is minimized
 * @param outputs scores of a sample
 * @param targets what is right for each sample
 * @param weights how much each sample counts
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LinearProblem(LinearLoss loss, int outputs, double[] targets, double[] weights) {}
