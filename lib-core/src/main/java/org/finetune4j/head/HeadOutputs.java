package org.finetune4j.head;

import org.finetune4j.network.Activation;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.target.Targets;
import org.finetune4j.target.Task;
import org.finetune4j.train.input.NumberUnits;
import org.finetune4j.weights.Weights;

/**
 * The end of a head: a softmax over labels, a sigmoid for each tag, or numbers. Numbers leave the
 * last dense layer in standard deviations from their mean, which are easily learned; one more layer
 * with fixed statistics turns them into their units.
 */
final class HeadOutputs {
  static final String UNITS = "head_units";

  private HeadOutputs() {}

  /** Appends the last layers. */
  static Network end(NetworkBuilder network, Task task) {
    int outputs = task.outputs();
    if (task instanceof Task.OneLabel) {
      return network.dense("head_predictions", outputs, Activation.SOFTMAX).build();
    }
    if (task instanceof Task.Tags) {
      return network.dense("head_predictions", outputs, Activation.SIGMOID).build();
    }
    return network.dense("head_predictions", outputs).normalization(UNITS).build();
  }

  /** Returns the tensors of the layer that gives numbers their units; none for labels and tags. */
  static Weights units(Targets targets) {
    return NumberUnits.of(targets, UNITS);
  }
}
