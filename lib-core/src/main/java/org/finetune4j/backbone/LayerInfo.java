package org.finetune4j.backbone;

import org.finetune4j.network.Shape;

/**
 * One line of a network's layer table.
 *
 * @param name the layer's name
 * @param type the kind of layer, for example {@code Convolution}
 * @param outputShape shape of one sample's activation: channels, height, width
 * @param parameters number of weights, statistics of normalisations included, as Keras counts
 * @param trainableParameters how many of them a training may change
 */
public record LayerInfo(
    String name, String type, Shape outputShape, long parameters, long trainableParameters) {}
