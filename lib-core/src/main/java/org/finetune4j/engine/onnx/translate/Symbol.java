package org.finetune4j.engine.onnx.translate;

import java.util.List;
import org.finetune4j.weights.Tensor;

/** What a value of a graph is, in terms of layers. */
sealed interface Symbol {
  /** Numbers that do not depend on pictures. */
  record Numbers(Tensor tensor) implements Symbol {}

  /**
   * The activation of a layer, or a part of it.
   *
   * @param layer its name
   * @param view how dimensions are made of the layer's axes
   * @param ranges where each axis of the layer begins and how long it is here
   * @param factor what it is multiplied by
   */
  record Activation(String layer, View view, List<Range> ranges, double factor) implements Symbol {
    public Activation {
      ranges = List.copyOf(ranges);
    }

    /** Returns the whole activation with its axes in this order. */
    static Activation of(String layer, List<Integer> shape, int... order) {
      return new Activation(
          layer, View.of(shape, order), shape.stream().map(size -> new Range(0, size)).toList(), 1);
    }

    Activation view(View newView) {
      return new Activation(layer, newView, ranges, factor);
    }

    Activation times(double more) {
      return new Activation(layer, view, ranges, factor * more);
    }

    Activation ranged(View newView, int axis, Range range) {
      List<Range> changed = new java.util.ArrayList<>(ranges);
      changed.set(axis, range);
      return new Activation(layer, newView, changed, factor);
    }
  }

  /** A part of an axis. */
  record Range(int start, int size) {}

  /**
   * How much each token looks at each other.
   *
   * @param query what looks
   * @param key what is looked at
   * @param shares whether the softmax was taken
   */
  record Scores(Activation query, Activation key, boolean shares) implements Symbol {}

  /** What has no counterpart among the layers; no matter where nobody reads it. */
  record Obstacle(String why) implements Symbol {}
}
