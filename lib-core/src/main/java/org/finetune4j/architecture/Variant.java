package org.finetune4j.architecture;

import org.finetune4j.preprocess.Preprocessing;

/**
 * A network of a family as it was published.
 *
 * @param blueprint writes it
 * @param side width and height of the pictures that it was trained with
 * @param minimumSide the least width and height that it reads
 * @param preprocessing what its published weights expect to happen to a picture
 * @param parameters its number of parameters, moving statistics included, at width 1
 * @param parametersWithoutTop likewise without the classifier
 */
public record Variant(
    Blueprint blueprint,
    int side,
    int minimumSide,
    Preprocessing preprocessing,
    long parameters,
    long parametersWithoutTop) {}
