package org.finetune4j.engine.onnx.translate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.Shape;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** The layers that a graph becomes, with their weights. */
final class LayerList {
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Map<String, Map<String, Tensor>> weights = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();

  /** Adds a layer, or puts it in the place of one of the same name. */
  String put(Layer layer, Map<String, Tensor> tensors) {
    List<Shape> inputs = layer.inputs().stream().map(this::shape).toList();
    shapes.put(layer.name(), layer.outputShape(inputs));
    if (layers.put(layer.name(), layer) == null) {
      layer.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    weights.put(layer.name(), tensors);
    return layer.name();
  }

  /** Says what shape something has that is not a layer yet. */
  void unfinished(String name, Shape shape) {
    shapes.put(name, shape);
  }

  String put(Layer layer) {
    return put(layer, Map.of());
  }

  /** Gives a layer that nobody reads yet another name, and returns that. */
  String rename(String name, String better) {
    Layer layer = Objects.requireNonNull(layers.remove(name));
    layer.inputs().forEach(input -> readers.merge(input, -1, Integer::sum));
    Map<String, Tensor> tensors = Objects.requireNonNull(weights.remove(name));
    return put(LayerRenaming.of(layer, better), tensors);
  }

  Shape shape(String name) {
    return Objects.requireNonNull(shapes.get(name), name);
  }

  Layer layer(String name) {
    return Objects.requireNonNull(layers.get(name), name);
  }

  Map<String, Tensor> weights(String name) {
    return weights.getOrDefault(name, Map.of());
  }

  boolean contains(String name) {
    return layers.containsKey(name);
  }

  /** Returns whether no layer reads this one yet, so that it may still become another. */
  boolean isUnread(String name) {
    return readers.getOrDefault(name, 0) == 0;
  }

  /** Returns whether nothing with weights stands before a layer: all that was is preprocessing. */
  boolean isBeforeWeights(String name) {
    Layer layer = layer(name);
    return layer instanceof Input
        || (weights(name).isEmpty() && layer.inputs().stream().allMatch(this::isBeforeWeights));
  }

  Network network(String output) {
    return new Network(new ArrayList<>(layers.values()), List.of(output)).upTo(output);
  }

  Weights weights(Network network) {
    Weights.Builder builder = Weights.builder();
    network
        .tensors()
        .forEach(
            spec ->
                builder.put(
                    spec.name(), Objects.requireNonNull(weights(spec.layer()).get(spec.role()))));
    return builder.build();
  }
}
