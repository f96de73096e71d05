package org.finetune4j.engine.onnx.translate;

import static org.finetune4j.engine.onnx.translate.TranslationContext.obstacle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.finetune4j.engine.onnx.translate.Symbol.Activation;
import org.finetune4j.engine.onnx.translate.Symbol.Numbers;
import org.finetune4j.engine.onnx.translate.Symbol.Obstacle;
import org.finetune4j.engine.onnx.translate.Symbol.Scores;
import org.finetune4j.network.ActivationLayer;
import org.finetune4j.network.Add;
import org.finetune4j.network.Convolution;
import org.finetune4j.network.Dense;
import org.finetune4j.network.DepthwiseConvolution;
import org.finetune4j.network.Layer;
import org.finetune4j.network.LayerNormalization;
import org.finetune4j.network.LayerScale;
import org.finetune4j.network.MultiHeadAttention;
import org.finetune4j.network.Multiply;
import org.finetune4j.network.PatchEmbedding;
import org.finetune4j.network.PositionEmbedding;
import org.finetune4j.network.Rescale;
import org.finetune4j.network.Shape;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.weights.Tensor;

/** Sums and products, of activations and of an activation with numbers. */
record ArithmeticTranslation(TranslationContext context) {
  Symbol sum(OnnxNode node) {
    if (node.inputs().size() != 2) {
      return obstacle(node, "adds more than two values");
    }
    Symbol first = context.symbol(node.inputs().get(0));
    Symbol second = context.symbol(node.inputs().get(1));
    if (second instanceof Numbers numbers) {
      return addsNothing(node, 0, numbers)
          ? first
          : plus(node, first, node.inputs().get(0), numbers.tensor(), 1);
    }
    if (first instanceof Numbers numbers) {
      return addsNothing(node, 1, numbers)
          ? second
          : plus(node, second, node.inputs().get(1), numbers.tensor(), 0);
    }
    return bothWhole(first, second)
        .<Symbol>map(
            it -> {
              Activation other = (Activation) second;
              String name =
                  context.layers.put(
                      new Add(context.name(node), List.of(it.layer(), other.layer())));
              return context.whole(name).view(it.view());
            })
        .orElseGet(() -> either(node, first, second));
  }

  /** A mask that hides nothing is a sum with zeros. */
  private boolean addsNothing(OnnxNode node, int other, Numbers numbers) {
    return NumbersFolding.uniform(numbers.tensor()).filter(it -> it == 0).isPresent()
        && context.dims(node.inputs().get(other)).equals(context.dims(node.output()));
  }

  private static Symbol either(OnnxNode node, Symbol first, Symbol second) {
    if (first instanceof Obstacle) {
      return first;
    }
    return second instanceof Obstacle ? second : obstacle(node, "joins values of different shapes");
  }

  /** Returns the first of two activations that lie in the same order. */
  private Optional<Activation> bothWhole(Symbol first, Symbol second) {
    if (!(first instanceof Activation a) || !(second instanceof Activation b)) {
      return Optional.empty();
    }
    // Patches become tokens before somebody adds to them.
    context.tokens(a);
    context.tokens(b);
    boolean same =
        context.isAll(a)
            && context.isAll(b)
            && context.layers.shape(a.layer()).equals(context.layers.shape(b.layer()))
            && a.view().joined().equals(b.view().joined());
    return same ? Optional.of(a) : Optional.empty();
  }

  private Symbol plus(OnnxNode node, Symbol symbol, String value, Tensor summand, int numbers) {
    if (symbol instanceof Obstacle) {
      return normalized(node, value, summand, numbers).orElse(symbol);
    }
    if (!(symbol instanceof Activation it)) {
      return obstacle(node, "adds numbers to what is no activation");
    }
    if (isPerChannel(it, summand)) {
      return perChannelSum(node, it, summand, numbers);
    }
    Optional<String> tokens = context.tokens(it);
    Shape shape = context.layers.shape(it.layer());
    if (tokens.isPresent() && summand.size() == shape.elements()) {
      String name = context.name(node, numbers);
      context.layers.put(
          new PositionEmbedding(name, tokens.get()),
          Map.of("embedding", summand.reshape(shape.dimensions())));
      return context.whole(name, 0, 1);
    }
    return summand.size() == 1
        ? rescaled(node, it, 1, List.of(1.0), doubles(summand, 1))
        : obstacle(node, "adds numbers of " + summand.shape());
  }

  /** A sum that ends a layer normalisation in operators. */
  private Optional<Symbol> normalized(OnnxNode node, String value, Tensor beta, int numbers) {
    return context
        .patterns
        .normalized(value)
        .filter(it -> context.symbol(it.gamma()) instanceof Numbers)
        .flatMap(
            it -> {
              Tensor gamma = ((Numbers) context.symbol(it.gamma())).tensor();
              String name =
                  LayerNaming.name(
                      context.layers,
                      List.of(it.gamma(), node.inputs().get(numbers)),
                      node.output());
              return layerNormalization(name, context.symbol(it.x()), gamma, beta, it.epsilon());
            });
  }

  /** Normalises the last dimension, if it is that of the channels. */
  Optional<Symbol> layerNormalization(
      String name, Symbol symbol, Tensor gamma, Tensor beta, double epsilon) {
    if (!(context.settled(symbol, name + ".token") instanceof Activation it)) {
      return Optional.empty();
    }
    context.tokens(it);
    Shape shape = context.layers.shape(it.layer());
    int channelAxis = shape.isTokens() ? 1 : 0;
    boolean last =
        context.isAll(it)
            && lastIs(it.view(), channelAxis, shape.channels())
            && gamma.size() == shape.channels()
            && beta.size() == shape.channels();
    if (!last) {
      return Optional.empty();
    }
    List<Integer> size = List.of(shape.channels());
    context.layers.put(
        new LayerNormalization(name, it.layer(), epsilon),
        Map.of("gamma", gamma.reshape(size), "beta", beta.reshape(size)));
    return Optional.of(context.whole(name).view(it.view()));
  }

  private static boolean lastIs(View view, int axis, int size) {
    View joined = view.joined();
    return joined
        .dims()
        .get(joined.dims().size() - 1)
        .equals(List.of(new View.Atom(axis, size, 1)));
  }

  /** Whether numbers are one for each channel of an activation, however its dimensions lie. */
  private boolean isPerChannel(Activation it, Tensor tensor) {
    Shape shape = context.layers.shape(it.layer());
    int channelAxis = shape.isTokens() ? 1 : 0;
    if (tensor.size() == 1 || !NumbersFolding.isVector(tensor) || !context.isAll(it)) {
      return false;
    }
    View view = it.view().joined();
    int dim = view.dims().size() - NumbersFolding.axisFromEnd(tensor);
    return dim >= 0
        && view.dims().get(dim).equals(List.of(new View.Atom(channelAxis, tensor.size(), 1)))
        && tensor.size() == shape.channels();
  }

  /** A bias of the layer before, if it has none yet. */
  private Symbol perChannelSum(OnnxNode node, Activation it, Tensor summand, int numbers) {
    Layer layer = context.layers.layer(it.layer());
    Map<String, Tensor> weights = new LinkedHashMap<>(context.layers.weights(it.layer()));
    Tensor bias = summand.reshape(List.of(summand.size()));
    Optional<Layer> biased =
        context.layers.isUnread(it.layer()) ? withBias(layer) : Optional.empty();
    if (biased.isPresent()) {
      weights.put(layer instanceof MultiHeadAttention ? "projection_bias" : "bias", bias);
      String name = context.layers.put(biased.get(), weights);
      Optional<String> better = LayerNaming.ofTensor(node.inputs().get(numbers));
      if (better.isPresent() && !context.layers.contains(better.get())) {
        name = context.layers.rename(name, better.get());
      }
      return context.whole(name).view(it.view());
    }
    Shape shape = context.layers.shape(it.layer());
    return shape.isTokens()
        ? obstacle(node, "adds numbers to tokens")
        : rescaled(node, it, shape.channels(), List.of(1.0), doubles(summand, 1));
  }

  private Optional<Layer> withBias(Layer layer) {
    if (layer instanceof Dense it && !it.bias()) {
      return Optional.of(new Dense(it.name(), it.input(), it.units(), true, it.activation()));
    }
    if (layer instanceof Convolution it && !it.bias()) {
      return Optional.of(
          new Convolution(
              it.name(),
              it.input(),
              it.filters(),
              it.window(),
              true,
              it.activation(),
              it.groups()));
    }
    if (layer instanceof DepthwiseConvolution it && !it.bias()) {
      return Optional.of(
          new DepthwiseConvolution(it.name(), it.input(), it.multiplier(), it.window(), true));
    }
    if (layer instanceof PatchEmbedding it && !it.bias()) {
      return Optional.of(new PatchEmbedding(it.name(), it.input(), it.filters(), it.patch(), true));
    }
    boolean unbiased =
        layer instanceof MultiHeadAttention
            && isZero(
                Objects.requireNonNull(
                    context.layers.weights(layer.name()).get("projection_bias")));
    return unbiased ? Optional.of(layer) : Optional.empty();
  }

  private static boolean isZero(Tensor tensor) {
    for (float number : tensor.toArray()) {
      if (number != 0) {
        return false;
      }
    }
    return true;
  }

  private static List<Double> doubles(Tensor tensor, double factor) {
    List<Double> numbers = new ArrayList<>();
    for (float number : tensor.toArray()) {
      numbers.add(number * factor);
    }
    return numbers;
  }

  private Symbol rescaled(
      OnnxNode node, Activation it, int count, List<Double> scale, List<Double> offset) {
    if (!context.isAll(it) || context.layers.shape(it.layer()).isTokens()) {
      return obstacle(node, "does arithmetic with constants on tokens or on a part");
    }
    List<Double> scales =
        scale.size() < count ? java.util.Collections.nCopies(count, scale.get(0)) : scale;
    List<Double> offsets =
        offset.size() < count ? java.util.Collections.nCopies(count, offset.get(0)) : offset;
    String name = context.layers.put(new Rescale(context.name(node), it.layer(), scales, offsets));
    return context.whole(name).view(it.view());
  }

  /** x - c, or x / c where the numbers are the second. */
  Symbol inverse(OnnxNode node) {
    Symbol first = context.symbol(node.inputs().get(0));
    Optional<Tensor> second = context.numbers(node, 1);
    if (first instanceof Obstacle) {
      return first;
    }
    if (second.isEmpty()) {
      return obstacle(node, "takes away or divides by something else than numbers");
    }
    float[] numbers = second.get().toArray();
    boolean divides = node.operator().equals("Div");
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = divides ? 1 / numbers[i] : -numbers[i];
    }
    Tensor inverse = Tensor.of(numbers, second.get().shape());
    return divides
        ? times(node, first, inverse, 1)
        : plus(node, first, node.inputs().get(0), inverse, 1);
  }

  Symbol product(OnnxNode node) {
    Optional<ActivationPatterns.Found> found = context.patterns.product(node.output());
    if (found.isPresent()
        && context.symbol(found.get().of()) instanceof Activation it
        && context.isAll(it)) {
      context.tokens(it);
      String name =
          context.layers.put(
              new ActivationLayer(context.name(node), it.layer(), found.get().activation()));
      return context.whole(name).view(it.view());
    }
    Symbol first = context.symbol(node.inputs().get(0));
    Symbol second = context.symbol(node.inputs().get(1));
    if (second instanceof Numbers numbers) {
      return times(node, first, numbers.tensor(), 1);
    }
    if (first instanceof Numbers numbers) {
      return times(node, second, numbers.tensor(), 0);
    }
    if (first instanceof Obstacle || second instanceof Obstacle) {
      return first instanceof Obstacle ? first : second;
    }
    return multiplied(node, first, second);
  }

  private Symbol multiplied(OnnxNode node, Symbol first, Symbol second) {
    Optional<Activation> same = bothWhole(first, second);
    if (same.isPresent()) {
      List<String> inputs = List.of(same.get().layer(), ((Activation) second).layer());
      String name = context.layers.put(new Multiply(context.name(node), inputs));
      return context.whole(name).view(same.get().view());
    }
    Optional<String> a = context.map(first, node.output() + "/first");
    Optional<String> b = context.map(second, node.output() + "/second");
    if (a.isPresent() && b.isPresent()) {
      return context.whole(
          context.layers.put(new Multiply(context.name(node), List.of(a.get(), b.get()))), 0, 1, 2);
    }
    return obstacle(node, "multiplies values of different shapes");
  }

  private Symbol times(OnnxNode node, Symbol symbol, Tensor factor, int numbers) {
    if (symbol instanceof Obstacle) {
      return symbol;
    }
    if (symbol instanceof Scores scores && factor.size() == 1) {
      double number = factor.toArray()[0];
      return new Scores(scores.query().times(number), scores.key(), scores.shares());
    }
    if (!(symbol instanceof Activation it)) {
      return obstacle(node, "multiplies what is no activation with numbers");
    }
    if (factor.size() == 1) {
      boolean tokens = context.layers.shape(it.layer()).isTokens() || !context.isAll(it);
      return tokens
          ? it.times(factor.toArray()[0])
          : rescaled(node, it, 1, doubles(factor, 1), List.of(0.0));
    }
    context.tokens(it);
    if (!isPerChannel(it, factor)) {
      return obstacle(node, "multiplies by numbers of " + factor.shape());
    }
    Shape shape = context.layers.shape(it.layer());
    if (context.layers.isBeforeWeights(it.layer()) && !shape.isTokens()) {
      return rescaled(node, it, shape.channels(), doubles(factor, 1), List.of(0.0));
    }
    String name = context.name(node, numbers);
    context.layers.put(
        new LayerScale(name, it.layer()), Map.of("gamma", factor.reshape(List.of(factor.size()))));
    return context.whole(name).view(it.view());
  }
}
