package org.finetune4j.feature;

/**
 * A picture of a data set that has no row, because it cannot be read.
 *
 * @param index its place in the data set
 * @param name its name there
 * @param reason why, for people
 */
public record SkippedPicture(int index, String name, String reason) {}
