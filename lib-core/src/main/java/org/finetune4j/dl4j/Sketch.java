package org.finetune4j.dl4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.finetune4j.network.Activation;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.Concatenate;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.Dropout;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Input;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Network;
import org.finetune4j.network.NetworkBuilder;
import org.finetune4j.network.Pooling;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TensorSpec;
import org.finetune4j.network.ZeroPadding;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/** The network and the weights that an import has written so far. */
final class Sketch {
  private final List<Layer> layers = new ArrayList<>();
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Map<String, Shape> rowsFirst = new HashMap<>();
  private final Set<String> neverNegative = new HashSet<>();
  private final Weights.Builder weights = Weights.builder();

  void add(Layer layer) {
    shapes.put(layer.name(), layer.outputShape(layer.inputs().stream().map(this::shape).toList()));
    layers.add(layer);
    if (isNeverNegative(layer)) {
      neverNegative.add(layer.name());
    }
    if (layer instanceof ActivationLayer || layer instanceof Dropout) {
      rowsFirst(layer.inputs().get(0)).ifPresent(map -> rowsFirst.put(layer.name(), map));
    } else if (!(layer instanceof Dense)) {
      layer.inputs().forEach(this::requireChannelsFirst);
    }
  }

  /** Adds the flattening of an NHWC map, whose values Deeplearning4j leaves in that order. */
  void addRowsFirst(Flatten flatten) {
    add(flatten);
    Shape map = shape(flatten.input());
    if (!map.isVector() && map.channels() > 1 && map.elements() > map.channels()) {
      rowsFirst.put(flatten.name(), map);
    }
  }

  /** Returns the map whose values this vector holds in row, column, channel order, if it does. */
  Optional<Shape> rowsFirst(String name) {
    return Optional.ofNullable(rowsFirst.get(name));
  }

  private void requireChannelsFirst(String name) {
    if (rowsFirst.containsKey(name)) {
      throw new IllegalArgumentException(
          "Layer '"
              + name
              + "' flattens an NHWC feature map; only activations, dropout and a dense layer can"
              + " follow it, as vectors are in channel, row, column order here.");
    }
  }

  /**
   * Adds a tensor of the layer that was added last.
   *
   * @throws IllegalArgumentException if it does not fit what the layer reads
   */
  void put(String layer, String role, Tensor tensor) {
    Layer owner = layers.get(layers.size() - 1);
    List<Shape> inputs = owner.inputs().stream().map(this::shape).toList();
    List<Integer> needed =
        owner.tensors(inputs).stream()
            .filter(spec -> spec.role().equals(role))
            .map(TensorSpec::shape)
            .findFirst()
            .orElse(List.of());
    if (!owner.name().equals(layer) || !tensor.shape().equals(needed)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Layer '%s' reads %s, for which its %s would have the shape %s, but it has %s. Do the input shapes %s fit the model?",
              layer,
              inputs.get(0),
              role,
              needed,
              tensor.shape(),
              inputShapes()));
    }
    weights.put(layer + "/" + role, tensor);
  }

  private List<Shape> inputShapes() {
    return layers.stream()
        .flatMap(layer -> layer instanceof Input input ? Stream.of(input.shape()) : Stream.of())
        .toList();
  }

  Shape shape(String name) {
    return Objects.requireNonNull(shapes.get(name), name);
  }

  /** Returns whether all values of this layer are known to be 0 or more. */
  boolean isNeverNegative(String name) {
    return neverNegative.contains(name);
  }

  private boolean isNeverNegative(Layer layer) {
    if (layer instanceof ActivationLayer activation) {
      return isNeverNegative(activation.activation());
    }
    if (layer instanceof Convolution convolution) {
      return isNeverNegative(convolution.activation());
    }
    boolean keepsSigns =
        layer instanceof Pooling
            || layer instanceof GlobalPooling
            || layer instanceof ZeroPadding
            || layer instanceof Dropout
            || layer instanceof Reshape
            || layer instanceof Concatenate
            || layer instanceof Add;
    return keepsSigns && neverNegative.containsAll(layer.inputs());
  }

  private static boolean isNeverNegative(Activation activation) {
    return switch (activation) {
      case RELU, RELU6, SIGMOID, HARD_SIGMOID, SOFTPLUS, SOFTMAX -> true;
      case LINEAR, TANH, SWISH, HARD_SWISH, GELU, GELU_TANH, QUICK_GELU, ELU, SELU, SOFTSIGN ->
          false;
    };
  }

  /** Returns what leads to these layers; with one input and one output in Keras's order. */
  ImportedNetwork upTo(List<String> outputs) {
    outputs.forEach(this::requireChannelsFirst);
    Network network = new Network(layers, outputs).upTo(outputs);
    if (outputs.size() == 1 && network.inputs().size() == 1) {
      Input input = network.inputs().get(0);
      NetworkBuilder ordered = Network.builder(input.name(), input.shape());
      network.layers().stream().filter(layer -> layer != input).forEach(ordered::layer);
      network = ordered.from(outputs.get(0)).build();
    }
    Set<String> used = new HashSet<>();
    network.tensors().forEach(spec -> used.add(spec.name()));
    return new ImportedNetwork(network, weights.build().filter(used::contains));
  }
}
