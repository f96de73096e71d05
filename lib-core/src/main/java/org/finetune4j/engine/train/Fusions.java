package org.finetune4j.engine.train;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune4j.engine.train.kernel.ActivationFunction;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Layer;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.Network;
import org.finetune4j.network.SeparableConvolution;

/** Which layers of a network are computed together with the one before them; decides only. */
final class Fusions {
  private final Network network;
  private final WhatTrains trains;

  /** How often an activation is read, the result of the network included. */
  private final Map<String, Integer> readers = new HashMap<>();

  private final Map<String, BatchNormalization> normBehind = new HashMap<>();

  Fusions(Network network, WhatTrains trains) {
    this.network = network;
    this.trains = trains;
    network.outputs().forEach(output -> readers.merge(output, 1, Integer::sum));
    for (Layer layer : network.layers()) {
      layer.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
      if (layer instanceof BatchNormalization norm) {
        normBehind.putIfAbsent(norm.input(), norm);
      }
    }
  }

  /** Returns the batch normalization that can be multiplied into the layer's kernel. */
  Optional<BatchNormalization> normBehind(Layer layer) {
    boolean linear =
        layer instanceof DepthwiseConvolution
            || layer instanceof SeparableConvolution
            || (layer instanceof Convolution it && it.activation() == Activation.LINEAR);
    return linear && isReadOnce(layer.name())
        ? Optional.ofNullable(normBehind.get(layer.name()))
            .filter(norm -> !trains.statisticsOf(norm))
        : Optional.empty();
  }

  /** Returns whether the layer before has this one multiplied into its kernel. */
  boolean isMultipliedIn(BatchNormalization layer) {
    return normBehind(network.layer(layer.input())).isPresent();
  }

  /** Returns whether an activation at the network's end is computed by the loss. */
  boolean isTakenOver(String layer, Activation activation) {
    boolean fits = activation == Activation.SOFTMAX || activation == Activation.SIGMOID;
    return fits && network.outputs().contains(layer);
  }

  /** Returns whether the activation may overwrite what it reads. */
  boolean isInPlace(ActivationLayer layer) {
    return layer.activation() != Activation.SOFTMAX
        && ActivationFunction.slopeFollowsFromValue(layer.activation())
        && isReadOnce(layer.input())
        && doesNotNeedItsOutput(network.layer(layer.input()));
  }

  /** Returns what a sum may overwrite: of its first two addends, so that its bits stay the same. */
  Stream<String> overwritten(Add layer) {
    return layer.inputs().stream()
        .limit(2)
        .filter(name -> isReadOnce(name) && doesNotNeedItsOutput(network.layer(name)));
  }

  private boolean isReadOnce(String name) {
    return readers.getOrDefault(name, 0) == 1;
  }

  /** Returns whether the layer goes backward without its own result, which may be overwritten. */
  private static boolean doesNotNeedItsOutput(Layer layer) {
    return layer instanceof BatchNormalization
        || layer instanceof Add
        || layer instanceof MultiHeadAttention
        || layer instanceof DepthwiseConvolution
        || layer instanceof SeparableConvolution
        || (layer instanceof Convolution c && c.activation() == Activation.LINEAR)
        || (layer instanceof Dense d && d.activation() == Activation.LINEAR);
  }
}
