package org.finetune4j.finetune;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.finetune4j.engine.train.WhatTrains;
import org.finetune4j.network.Network;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.optimize.TrainingOptions;

/**
 * A stage with everything decided.
 *
 * @param first the first layer that trains
 * @param frozen layers behind the last one that trains
 * @param cut frozen trunk and tail, in which something trains
 * @param options how the tail is trained
 */
record StagePlan(String first, Set<String> frozen, Network.Cut cut, TrainingOptions options) {
  static StagePlan of(Network network, String first, TrainingOptions options) {
    return of(network, first, Set.of(), options);
  }

  static StagePlan of(Network network, String first, Set<String> frozen, TrainingOptions options) {
    return new StagePlan(first, frozen, network.cut(first), options);
  }

  /** Returns what is trained, for people. */
  String name() {
    if (frozen.isEmpty()) {
      return "from " + first + " on";
    }
    List<String> trained =
        cut.tail().layerNames().stream().filter(name -> !frozen.contains(name)).toList();
    return "from " + first + " to " + trained.get(trained.size() - 1);
  }

  /** Returns which weights of the tail train. */
  WhatTrains trains() {
    return new WhatTrains(options.batchNorm(), frozen);
  }

  /** Returns the names of the tensors that the stage may change. */
  Set<String> mayMove() {
    return cut.tail().tensors().stream()
        .filter(spec -> trains().moves(spec, cut.tail().layer(spec.layer())))
        .map(TensorSpec::name)
        .collect(Collectors.toSet());
  }

  /**
   * Returns how many layers of the tail have a kernel: so often the layer decay applies, less 1.
   */
  int kernels() {
    return (int)
        cut.tail().tensors().stream()
            .filter(spec -> spec.role().endsWith("kernel"))
            .map(TensorSpec::layer)
            .distinct()
            .count();
  }

  /**
   * Refuses a plan in which a stage freezes again what an earlier one has trained: what stands
   * before the cut runs with the backbone's own weights.
   */
  static void requireDeeper(Network network, List<StagePlan> stages) {
    List<String> layers = network.layerNames();
    for (int i = 1; i < stages.size(); i++) {
      String before = stages.get(i - 1).first();
      String now = stages.get(i).first();
      if (layers.indexOf(now) > layers.indexOf(before)) {
        throw new IllegalArgumentException(
            "Each stage trains at least what the stage before it trained, but stage "
                + (i + 1)
                + " trains from '"
                + now
                + "' on and stage "
                + i
                + " from '"
                + before
                + "', which comes earlier.");
      }
    }
  }
}
