package org.finetune4j.engine.train;

import java.util.Set;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.optimize.BatchNormPolicy;

/**
 * Which weights of a network may move.
 *
 * @param policy what batch normalization does in layers that train
 * @param frozen the names of layers in which nothing moves; gradients go through them
 */
public record WhatTrains(BatchNormPolicy policy, Set<String> frozen) {
  /** Copies the names. */
  public WhatTrains {
    frozen = Set.copyOf(frozen);
  }

  /** Returns that all layers train. */
  public static WhatTrains all(BatchNormPolicy policy) {
    return new WhatTrains(policy, Set.of());
  }

  /** Returns whether the statistics of a layer follow the batches. */
  boolean statisticsOf(Layer layer) {
    return policy == BatchNormPolicy.BATCH_STATISTICS && !frozen.contains(layer.name());
  }

  /** Returns whether batches are normalized by their own statistics anywhere. */
  public boolean statisticsIn(Network network) {
    return network.layers().stream()
        .anyMatch(layer -> layer instanceof BatchNormalization && statisticsOf(layer));
  }

  /** Returns whether the optimizer moves a tensor. */
  public boolean trains(TensorSpec tensor, Layer layer) {
    boolean norm = layer instanceof BatchNormalization;
    return tensor.trainable()
        && !frozen.contains(layer.name())
        && !(norm && policy == BatchNormPolicy.FROZEN);
  }

  /** Returns whether a tensor may move, be it by the optimizer or as a statistic. */
  public boolean moves(TensorSpec tensor, Layer layer) {
    return trains(tensor, layer) || (layer instanceof BatchNormalization && statisticsOf(layer));
  }
}
