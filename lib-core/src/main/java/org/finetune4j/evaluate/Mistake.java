package org.finetune4j.evaluate;

/**
 * A picture that was predicted wrong.
 *
 * @param index its place among the evaluated pictures
 * @param truth index of its class
 * @param predicted index of the class it was taken for
 * @param probability confidence in that, 0 to 1
 */
public record Mistake(int index, int truth, int predicted, float probability) {}
