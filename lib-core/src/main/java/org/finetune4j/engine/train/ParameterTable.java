package org.finetune4j.engine.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.engine.train.kernel.ArrayPool;
import org.finetune4j.engine.train.parameter.FilterBank;
import org.finetune4j.engine.train.parameter.FrozenStatistics;
import org.finetune4j.engine.train.parameter.Parameter;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.weights.Weights;

/** The parameters of a network by layer and role, in the network's order. */
final class ParameterTable {
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final ArrayPool pool;

  ParameterTable(Network network, Weights weights, WhatTrains trains, ArrayPool pool) {
    this.pool = pool;
    for (TensorSpec spec : network.tensors()) {
      boolean trainable = trains.trains(spec, network.layer(spec.layer()));
      parameters.put(spec.name(), new Parameter(spec, weights.get(spec.name()), trainable));
    }
  }

  List<Parameter> all() {
    return List.copyOf(parameters.values());
  }

  Parameter get(Layer layer, String role) {
    return Objects.requireNonNull(parameters.get(layer.name() + "/" + role));
  }

  /** Returns a parameter that not every layer of its kind has. */
  Optional<Parameter> find(Layer layer, String role) {
    return Optional.ofNullable(parameters.get(layer.name() + "/" + role));
  }

  /** Returns whether anything of the layer trains. */
  boolean trains(Layer layer) {
    return parameters.values().stream()
        .anyMatch(it -> it.trainable && it.spec.layer().equals(layer.name()));
  }

  FrozenStatistics frozenStatistics(BatchNormalization layer) {
    return new FrozenStatistics(
        find(layer, "gamma"),
        find(layer, "beta"),
        get(layer, "moving_mean"),
        get(layer, "moving_variance"),
        layer.epsilon());
  }

  /** Returns a kernel that nothing follows: not the last one of its layer. */
  FilterBank filters(Layer layer, String role, int filters) {
    return new FilterBank(get(layer, role), Optional.empty(), Optional.empty(), filters, pool);
  }

  /** Returns the last kernel of a layer, with its bias and the norm that is multiplied into it. */
  FilterBank filters(
      Layer layer, String role, Optional<BatchNormalization> normBehind, int filters) {
    return new FilterBank(
        get(layer, role),
        find(layer, "bias"),
        normBehind.map(this::frozenStatistics),
        filters,
        pool);
  }
}
