package org.finetune4j.engine.onnx.translate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.engine.onnx.translate.Symbol.Activation;
import org.finetune4j.engine.onnx.translate.Symbol.Numbers;
import org.finetune4j.engine.onnx.translate.Symbol.Obstacle;
import org.finetune4j.engine.onnx.translate.View.Atom;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Flatten;
import org.finetune4j.network.GlobalPooling;
import org.finetune4j.network.Layer;
import org.finetune4j.network.Padding;
import org.finetune4j.network.PatchEmbedding;
import org.finetune4j.network.Reshape;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OnnxNode.Attribute;
import org.finetune4j.network.operator.OnnxNode.Real;
import org.finetune4j.network.operator.OnnxNode.Text;
import org.finetune4j.network.operator.OnnxNode.Whole;
import org.finetune4j.network.operator.OnnxNode.Wholes;
import org.finetune4j.network.operator.OnnxValue;
import org.finetune4j.weights.Tensor;

/** What the parts of a translation share: what each value is, and the layers so far. */
final class TranslationContext {
  private final Map<String, Symbol> symbols = new HashMap<>();
  private final Map<String, OnnxValue> values;
  final LayerList layers = new LayerList();
  final Makers makers;
  final ActivationPatterns patterns;

  TranslationContext(Map<String, OnnxValue> values, Makers makers) {
    this.values = values;
    this.makers = makers;
    this.patterns = new ActivationPatterns(makers);
  }

  void put(String value, Symbol symbol) {
    symbols.put(value, symbol);
  }

  Symbol symbol(String value) {
    return symbols.getOrDefault(value, new Obstacle("'" + value + "' is unknown."));
  }

  List<Integer> dims(String value) {
    return Objects.requireNonNull(values.get(value)).dimensions();
  }

  Optional<List<Double>> content(String value) {
    return Objects.requireNonNull(values.get(value)).content();
  }

  /** Returns the numbers that a node reads, in the shape that it reads. */
  Optional<Tensor> numbers(OnnxNode node, int index) {
    if (index >= node.inputs().size()) {
      return Optional.empty();
    }
    String value = node.inputs().get(index);
    return symbol(value) instanceof Numbers numbers
        ? NumbersFolding.stretched(numbers.tensor(), dims(value))
        : Optional.empty();
  }

  /** Returns why a node has no counterpart. */
  static Obstacle obstacle(OnnxNode node, String why) {
    return new Obstacle(
        "The operator " + node.operator() + " that makes '" + node.output() + "' " + why + ".");
  }

  static long whole(OnnxNode node, String name, long fallback) {
    return node.attributes().get(name) instanceof Whole whole ? whole.value() : fallback;
  }

  static double real(OnnxNode node, String name, double fallback) {
    Attribute attribute = node.attributes().get(name);
    return attribute instanceof Real real ? shortest(real.value()) : fallback;
  }

  /** The double that is written like the float: 1e-6 and not 9.99999997475243e-07. */
  static double shortest(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  static String text(OnnxNode node, String name, String fallback) {
    return node.attributes().get(name) instanceof Text text ? text.value() : fallback;
  }

  static List<Long> wholes(OnnxNode node, String name, List<Long> fallback) {
    return node.attributes().get(name) instanceof Wholes wholes ? wholes.values() : fallback;
  }

  String name(OnnxNode node, Integer... weights) {
    List<String> tensors =
        java.util.Arrays.stream(weights)
            .filter(i -> i < node.inputs().size())
            .map(i -> node.inputs().get(i))
            .toList();
    return LayerNaming.name(layers, tensors, node.output());
  }

  Activation whole(String layer, int... order) {
    return Activation.of(layer, layers.shape(layer).dimensions(), order);
  }

  /** Returns the layer whose map this is in channel, row, column order, if it is. */
  Optional<String> map(Symbol symbol, String newName) {
    if (!(symbol instanceof Activation it)) {
      return Optional.empty();
    }
    Shape shape = layers.shape(it.layer());
    if (isWhole(it, 0, 1, 2)) {
      return Optional.of(it.layer());
    }
    boolean point =
        shape.isVector()
            && isAll(it)
            && it.view().dims().size() == 4
            && it.view().without(3).without(2).equals(View.of(shape.dimensions(), 0));
    return point
        ? Optional.of(
            layers.put(new Reshape(unused(newName), it.layer(), Shape.map(shape.channels(), 1, 1))))
        : Optional.empty();
  }

  private String unused(String name) {
    return LayerNaming.name(layers, List.of(), name);
  }

  /** Returns the first token of a sequence as the vector of a layer; everything else as it is. */
  Symbol settled(Symbol symbol, String newName) {
    if (!(symbol instanceof Activation it) || !layers.shape(it.layer()).isTokens()) {
      return symbol;
    }
    int channels = layers.shape(it.layer()).channels();
    boolean first =
        it.ranges().equals(List.of(new Symbol.Range(0, 1), new Symbol.Range(0, channels)))
            && it.factor() == 1
            && it.view().joined().equals(View.of(List.of(1, channels), 1));
    return first
        ? whole(
            layers.put(new TokenPooling(unused(newName), it.layer(), TokenPooling.Value.CLASS, 1)),
            0)
        : symbol;
  }

  /** Returns the layer that has this as a vector, if it can be had. */
  Optional<String> vector(Symbol value, String newName) {
    if (!(settled(value, newName) instanceof Activation it) || !isAll(it)) {
      return Optional.empty();
    }
    Shape shape = layers.shape(it.layer());
    View view = it.view().joined();
    if (shape.isVector() && view.equals(View.of(shape.dimensions(), 0))) {
      return Optional.of(it.layer());
    }
    boolean flat =
        shape.isMap() && view.dims().size() == 2 && view.dims().get(1).equals(flattened(shape));
    if (!flat) {
      return Optional.empty();
    }
    Layer layer = layers.layer(it.layer());
    if (layer instanceof GlobalPooling pooling && layers.isUnread(it.layer())) {
      return Optional.of(
          layers.put(new GlobalPooling(pooling.name(), pooling.input(), pooling.pooling(), false)));
    }
    return Optional.of(layers.put(new Flatten(unused(newName), it.layer())));
  }

  private static List<Atom> flattened(Shape shape) {
    List<Atom> atoms = new java.util.ArrayList<>();
    for (int axis = 0; axis < 3; axis++) {
      if (shape.dimensions().get(axis) > 1) {
        atoms.add(new Atom(axis, shape.dimensions().get(axis), 1));
      }
    }
    return atoms;
  }

  /** Returns the layer whose tokens these are, if they are; patches become such a layer. */
  Optional<String> tokens(Symbol symbol) {
    if (!(symbol instanceof Activation it) || !isAll(it)) {
      return Optional.empty();
    }
    Shape shape = layers.shape(it.layer());
    if (shape.isTokens()) {
      View view = View.of(shape.dimensions(), 0, 1);
      boolean rows = it.view().joined().equals(view) || it.view().equals(mergedRows(view));
      return rows ? Optional.of(it.layer()) : Optional.empty();
    }
    if (!isPatches(it, shape)) {
      return Optional.empty();
    }
    Convolution convolution = (Convolution) layers.layer(it.layer());
    return Optional.of(
        layers.put(
            new PatchEmbedding(
                convolution.name(),
                convolution.input(),
                convolution.filters(),
                convolution.window().height(),
                convolution.bias()),
            layers.weights(it.layer())));
  }

  /** A product of matrices may take all tokens of all pictures as rows. */
  private static View mergedRows(View tokens) {
    List<Atom> rows = new java.util.ArrayList<>(tokens.dims().get(0));
    rows.addAll(tokens.dims().get(1));
    return new View(List.of(rows, tokens.dims().get(2)));
  }

  private boolean isPatches(Activation it, Shape shape) {
    if (!shape.isMap() || !(layers.layer(it.layer()) instanceof Convolution convolution)) {
      return false;
    }
    List<Atom> batch = View.of(List.of(), new int[0]).dims().get(0);
    List<Atom> places = flattened(Shape.map(1, shape.height(), shape.width()));
    View rows = new View(List.of(batch, places, View.of(shape.dimensions(), 0).dims().get(1)));
    var window = convolution.window();
    return it.view().equals(rows)
        && layers.isUnread(it.layer())
        && window.height() == window.width()
        && window.stride() == window.height()
        && window.dilation() == 1
        && window.padding() == Padding.VALID
        && convolution.groups() == 1
        && convolution.activation() == org.finetune4j.network.Activation.LINEAR
        && layers.shape(convolution.input()).height() % window.height() == 0
        && layers.shape(convolution.input()).width() % window.width() == 0;
  }

  /** Returns whether it is the layer's whole activation, its axes in this order. */
  boolean isWhole(Activation it, int... order) {
    List<Integer> shape = layers.shape(it.layer()).dimensions();
    return isAll(it)
        && shape.size() == order.length
        && it.view().joined().equals(View.of(shape, order));
  }

  boolean isAll(Activation it) {
    List<Integer> shape = layers.shape(it.layer()).dimensions();
    for (int i = 0; i < shape.size(); i++) {
      if (it.ranges().get(i).start() != 0 || it.ranges().get(i).size() != shape.get(i)) {
        return false;
      }
    }
    return it.factor() == 1;
  }
}
