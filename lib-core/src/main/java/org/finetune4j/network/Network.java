package org.finetune4j.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.finetune4j.text.NearestName;

/**
 * An architecture as data: named layers in the order of Keras's {@code model.layers}, each reading
 * earlier ones. It holds no weights and runs nothing; both engines, the layer table, the freeze
 * points and the loading of weights derive from it. Immutable.
 *
 * <p>A network may be a piece of a larger one: then its inputs are the activations at the cut, and
 * it may have several of them, and several outputs.
 */
public final class Network {
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final List<String> outputs;

  /**
   * Makes a network of layers that stand in order.
   *
   * @param layers each layer after those it reads
   * @param outputs the names of the layers whose activations are the result
   * @throws IllegalArgumentException if a name stands twice, a layer reads one that is missing or
   *     comes later, shapes do not fit, or an output is missing
   */
  public Network(List<Layer> layers, List<String> outputs) {
    for (Layer layer : layers) {
      if (this.layers.containsKey(layer.name())) {
        throw new IllegalArgumentException(
            "Layer names are unique, but '" + layer.name() + "' stands twice.");
      }
      this.shapes.put(layer.name(), outputShape(layer, shapesOf(layer)));
      this.layers.put(layer.name(), layer);
    }
    this.outputs = List.copyOf(outputs);
    if (outputs.isEmpty()) {
      throw new IllegalArgumentException("A network has at least one output.");
    }
    outputs.forEach(this::layer);
  }

  private static Shape outputShape(Layer layer, List<Shape> inputs) {
    try {
      return layer.outputShape(inputs);
    } catch (ArithmeticException tooLarge) {
      throw new IllegalArgumentException(
          "Layer '" + layer.name() + "' has sizes beyond 2^31-1: " + layer + ".", tooLarge);
    }
  }

  /** Starts a network that reads samples of this shape, with an input named {@code input_1}. */
  public static NetworkBuilder builder(Shape input) {
    return builder("input_1", input);
  }

  /** Starts a network that reads samples of this shape. */
  public static NetworkBuilder builder(String inputName, Shape input) {
    return new NetworkBuilder(new Input(inputName, input));
  }

  /** Returns the layers in order, inputs included. */
  public List<Layer> layers() {
    return List.copyOf(layers.values());
  }

  /** Returns the names of the layers in order. */
  public List<String> layerNames() {
    return List.copyOf(layers.keySet());
  }

  /** Returns whether there is a layer of this name. */
  public boolean contains(String name) {
    return layers.containsKey(name);
  }

  /**
   * Returns the layer of this name.
   *
   * @throws IllegalArgumentException if there is none; the message names the nearest one
   */
  public Layer layer(String name) {
    Layer layer = layers.get(name);
    if (layer == null) {
      throw new IllegalArgumentException(
          "Unknown layer '" + name + "'." + NearestName.hint(name, layers.keySet()));
    }
    return layer;
  }

  /** Returns the input layers. */
  public List<Input> inputs() {
    return layers.values().stream().filter(Input.class::isInstance).map(Input.class::cast).toList();
  }

  /** Returns the names of the layers whose activations are the result. */
  public List<String> outputs() {
    return outputs;
  }

  /**
   * Returns the name of the only output.
   *
   * @throws IllegalStateException if there are several
   */
  public String output() {
    if (outputs.size() != 1) {
      throw new IllegalStateException("This network has several outputs: " + outputs + ".");
    }
    return outputs.get(0);
  }

  /**
   * Returns the shape of a layer's activation.
   *
   * @throws IllegalArgumentException if there is no such layer
   */
  public Shape shape(String name) {
    layer(name);
    return Objects.requireNonNull(shapes.get(name));
  }

  /** Returns the shape of the only output. */
  public Shape outputShape() {
    return shape(output());
  }

  /** Returns the weight tensors of one layer, in Keras's order; none for most layers. */
  public List<TensorSpec> tensors(String name) {
    Layer layer = layer(name);
    return layer.tensors(shapesOf(layer));
  }

  /** Returns the weight tensors of all layers, in order. */
  public List<TensorSpec> tensors() {
    return layers.keySet().stream().flatMap(name -> tensors(name).stream()).toList();
  }

  /** Returns the number of parameters, moving statistics included, as Keras counts them. */
  public long parameterCount() {
    return tensors().stream().mapToLong(TensorSpec::elements).sum();
  }

  /** Returns the network that ends at these layers: they, and all that lead to them. */
  public Network upTo(String... names) {
    return upTo(Arrays.asList(names));
  }

  /**
   * Returns the network that ends at these layers: they, and all that lead to them.
   *
   * @throws IllegalArgumentException if a layer does not exist
   */
  public Network upTo(List<String> names) {
    Set<String> needed = new LinkedHashSet<>();
    List<String> open = new ArrayList<>(names);
    while (!open.isEmpty()) {
      String name = open.remove(open.size() - 1);
      if (needed.add(name)) {
        open.addAll(layer(name).inputs());
      }
    }
    return new Network(
        layers.values().stream().filter(layer -> needed.contains(layer.name())).toList(), names);
  }

  /**
   * Returns the layers before {@code first} that are read at or after it: the activations that
   * cross a cut there, in order.
   *
   * @throws IllegalArgumentException if the layer does not exist
   */
  public List<String> boundary(String first) {
    int index = layerNames().indexOf(layer(first).name());
    List<String> before = layerNames().subList(0, index);
    Set<String> read = new LinkedHashSet<>(outputs);
    layers().subList(index, layers.size()).forEach(layer -> read.addAll(layer.inputs()));
    return before.stream().filter(read::contains).toList();
  }

  /**
   * A network in two pieces. The trunk's outputs and the tail's inputs carry the same names.
   *
   * @param trunk what comes first
   * @param tail what reads the trunk's outputs
   */
  public record Cut(Network trunk, Network tail) {}

  /**
   * Cuts the network before a layer: it and everything after it, in the order of {@link #layers},
   * goes to the tail.
   *
   * @throws IllegalArgumentException if the layer does not exist or is an input
   */
  public Cut cut(String first) {
    if (layer(first) instanceof Input) {
      throw new IllegalArgumentException(
          "A network is not cut before its input '" + first + "'; name a layer behind it.");
    }
    List<String> boundary = boundary(first);
    List<Layer> tail = new ArrayList<>();
    boundary.forEach(name -> tail.add(new Input(name, shape(name))));
    tail.addAll(layers().subList(layerNames().indexOf(first), layers.size()));
    return new Cut(upTo(boundary), new Network(tail, outputs));
  }

  /** Returns the layers at which a cut crosses a single activation, inputs excluded, in order. */
  public List<String> freezePoints() {
    return layers.values().stream()
        .filter(layer -> !(layer instanceof Input))
        .map(Layer::name)
        .filter(name -> boundary(name).size() == 1)
        .toList();
  }

  /**
   * Returns this network with another one behind its only output.
   *
   * @throws IllegalArgumentException if the other one does not read exactly this output's shape, or
   *     a layer name stands in both
   */
  public Network then(Network next) {
    if (next.inputs().size() != 1 || !next.inputs().get(0).shape().equals(outputShape())) {
      throw new IllegalArgumentException(
          "The network that follows reads "
              + next.inputs().stream().map(Input::shape).toList()
              + ", but this one ends in "
              + outputShape()
              + ".");
    }
    List<Layer> joined = new ArrayList<>(layers.values());
    Map<String, String> renamed = Map.of(next.inputs().get(0).name(), output());
    next.layers.values().stream()
        .filter(layer -> !(layer instanceof Input))
        .forEach(layer -> joined.add(layer.reading(rename(layer.inputs(), renamed))));
    return new Network(joined, rename(next.outputs, renamed));
  }

  private static List<String> rename(List<String> names, Map<String, String> renamed) {
    return names.stream().map(name -> renamed.getOrDefault(name, name)).toList();
  }

  /**
   * Returns the network with a softmax behind its output, for networks that end in logits. A single
   * logit gets a sigmoid, which is the softmax of it and 0.
   */
  public Network withSoftmax() {
    return outputShape().elements() == 1
        ? withSigmoid()
        : ending(output() + "_softmax", Activation.SOFTMAX);
  }

  /** Returns the network with a sigmoid behind each output, for tags that end in logits. */
  public Network withSigmoid() {
    return ending(output() + "_sigmoid", Activation.SIGMOID);
  }

  private Network ending(String name, Activation activation) {
    return then(builder("logits", outputShape()).activation(name, activation).build());
  }

  /**
   * Returns the same layers for samples of another shape.
   *
   * @throws IllegalArgumentException if there are several inputs, or the layers cannot read it
   */
  public Network withInput(Shape shape) {
    if (inputs().size() != 1) {
      throw new IllegalArgumentException("This network has several inputs: " + inputs() + ".");
    }
    return new Network(
        layers.values().stream()
            .map(layer -> layer instanceof Input input ? new Input(input.name(), shape) : layer)
            .toList(),
        outputs);
  }

  private List<Shape> shapesOf(Layer layer) {
    return layer.inputs().stream().map(input -> inputShape(layer.name(), input)).toList();
  }

  private Shape inputShape(String layer, String input) {
    Shape shape = shapes.get(input);
    if (shape == null) {
      throw new IllegalArgumentException(
          "Layer '"
              + layer
              + "' reads '"
              + input
              + "', which does not stand before it."
              + NearestName.hint(input, shapes.keySet()));
    }
    return shape;
  }

  /** Returns the layer table of {@link NetworkSummary}, in which no layer is frozen. */
  public String summary() {
    return NetworkSummary.table(this, name -> true);
  }

  /**
   * Returns a picture of the network in the SVG format, which browsers show: a line per layer with
   * name, kind and output shape, branches side by side.
   *
   * @param title stands above it
   */
  public String toSvg(String title) {
    return NetworkSvg.of(title, this);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Network that
        && layers().equals(that.layers())
        && outputs.equals(that.outputs);
  }

  @Override
  public int hashCode() {
    return Objects.hash(layers(), outputs);
  }

  /**
   * Returns for example {@code Network[175 layers, 23587712 parameters, 3x224x224 -> 2048x7x7]}.
   */
  @Override
  public String toString() {
    return "Network["
        + layers.size()
        + " layers, "
        + parameterCount()
        + " parameters, "
        + inputs().stream().map(Input::shape).toList()
        + " -> "
        + outputs.stream().map(this::shape).toList()
        + "]";
  }
}
