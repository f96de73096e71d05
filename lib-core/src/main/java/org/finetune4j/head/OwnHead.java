package org.finetune4j.head;

import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.target.Task;

/** A head whose layers somebody wrote. */
final class OwnHead {
  private static final String PREFIX = "head_";

  /** The name of the pooling that extractors put behind a layer. */
  private static final String POOLING = "head_pool";

  private OwnHead() {}

  static void require(Network head) {
    if (head.inputs().size() != 1 || head.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "A head has one input and one output, but this one has "
              + head.inputs()
              + " and "
              + head.outputs()
              + ".");
    }
    for (Layer layer : head.layers()) {
      boolean named = layer.name().startsWith(PREFIX) && !layer.name().equals(POOLING);
      if (!(layer instanceof Input) && !named) {
        throw new IllegalArgumentException(
            "Layers of a head are named 'head_...' (but not 'head_pool'), so that they are told from"
                + " the backbone's: call '"
                + layer.name()
                + "' 'head_"
                + layer.name()
                + "'.");
      }
    }
  }

  /** Returns the head; numbers then get their units behind it, as in every head. */
  static Network fitting(Network head, Shape features, Task task) {
    Shape read = head.inputs().get(0).shape();
    if (!read.equals(features)) {
      throw new IllegalArgumentException(
          "The head reads "
              + read
              + ", but the features are "
              + features
              + ". Begin it with Network.builder(extractor.shape()).");
    }
    return task instanceof Task.Numbers
        ? head.then(
            Network.builder("numbers", head.outputShape()).normalization(HeadOutputs.UNITS).build())
        : head;
  }
}
