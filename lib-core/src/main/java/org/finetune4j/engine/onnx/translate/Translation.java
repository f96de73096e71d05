package org.finetune4j.engine.onnx.translate;

import static org.finetune4j.engine.onnx.translate.TranslationContext.obstacle;
import static org.finetune4j.engine.onnx.translate.TranslationContext.real;
import static org.finetune4j.engine.onnx.translate.TranslationContext.text;
import static org.finetune4j.engine.onnx.translate.TranslationContext.whole;
import static org.finetune4j.engine.onnx.translate.TranslationContext.wholes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.finetune4j.engine.onnx.read.ImportedGraph;
import org.finetune4j.engine.onnx.translate.Symbol.Activation;
import org.finetune4j.engine.onnx.translate.Symbol.Numbers;
import org.finetune4j.engine.onnx.translate.Symbol.Obstacle;
import org.finetune4j.engine.onnx.translate.Symbol.Range;
import org.finetune4j.engine.onnx.translate.Symbol.Scores;
import org.finetune4j.engine.onnx.translate.View.Atom;
import org.finetune4j.network.BatchNormalization;
import org.finetune4j.network.Concatenate;
import org.finetune4j.network.Input;
import org.finetune4j.network.LearnedTokens;
import org.finetune4j.network.Network;
import org.finetune4j.network.PoolingType;
import org.finetune4j.network.Shape;
import org.finetune4j.network.TokenPooling;
import org.finetune4j.network.ZeroPadding;
import org.finetune4j.network.operator.GraphInference;
import org.finetune4j.network.operator.OnnxConstant;
import org.finetune4j.network.operator.OnnxNode;
import org.finetune4j.network.operator.OperatorGraph;
import org.finetune4j.weights.Tensor;
import org.finetune4j.weights.Weights;

/**
 * Makes a network of a graph: node by node, what each value is in terms of layers. Reshaping,
 * transposing and slicing only change how an activation is looked at; what has no counterpart is an
 * obstacle, which matters only if the feature depends on it.
 */
public final class Translation {
  private final ImportedGraph imported;
  private final TranslationContext context;
  private final WindowTranslation windows;
  private final TokenTranslation tokens;
  private final ArithmeticTranslation arithmetic;
  private final ActivationTranslation activations;

  /**
   * What became of a graph.
   *
   * @param network reads preprocessed pictures; empty if there is an obstacle
   * @param weights of the network
   * @param obstacle a sentence that names the operator in the way; empty if there is none
   */
  public record Result(Optional<Network> network, Weights weights, String obstacle) {}

  private Translation(ImportedGraph imported) {
    this.imported = imported;
    OperatorGraph graph = imported.graph();
    this.context =
        new TranslationContext(
            GraphInference.of(
                graph.input(), graph.reads(), graph.weights(), graph.constants(), graph.nodes(), 1),
            new Makers(graph));
    this.windows = new WindowTranslation(context);
    this.tokens = new TokenTranslation(context);
    this.arithmetic = new ArithmeticTranslation(context);
    this.activations = new ActivationTranslation(context, tokens);
  }

  /**
   * Translates a graph.
   *
   * @param input the name that the input layer gets
   */
  public static Result of(ImportedGraph imported, String input) {
    try {
      return new Translation(imported).run(input);
    } catch (IllegalArgumentException | ArithmeticException e) {
      return new Result(Optional.empty(), Weights.empty(), String.valueOf(e.getMessage()));
    }
  }

  private Result run(String input) {
    OperatorGraph graph = imported.graph();
    context.layers.put(new Input(input, new Shape(graph.reads())));
    context.put(graph.input(), context.whole(input, 0, 1, 2));
    imported.weights().tensors().forEach((name, it) -> context.put(name, new Numbers(it)));
    for (OnnxConstant constant : graph.constants()) {
      if (constant.type() == OnnxConstant.Type.FLOAT) {
        context.put(constant.name(), new Numbers(Tensor.wrap(constant.bytes(), constant.shape())));
      } else if (constant.type() == OnnxConstant.Type.BOOL) {
        context.put(constant.name(), new Numbers(NumbersFolding.truths(constant)));
      }
    }
    for (OnnxNode node : graph.nodes()) {
      context.put(node.output(), symbol(node));
    }
    Symbol made = context.symbol(graph.output());
    if (made instanceof Obstacle obstacle) {
      return new Result(Optional.empty(), Weights.empty(), obstacle.why());
    }
    Optional<String> last =
        context
            .tokens(made)
            .or(() -> context.map(made, graph.output()))
            .or(() -> context.vector(made, graph.output()));
    if (last.isEmpty()) {
      return new Result(
          Optional.empty(),
          Weights.empty(),
          "The feature '" + graph.output() + "' is only a part of what a layer makes.");
    }
    Network network = context.layers.network(last.get());
    return new Result(Optional.of(network), context.layers.weights(network), "");
  }

  private Symbol symbol(OnnxNode node) {
    Symbol first =
        node.inputs().isEmpty()
            ? obstacle(node, "reads nothing")
            : context.symbol(node.inputs().get(0));
    return switch (node.operator()) {
      case "Add", "Sum" -> arithmetic.sum(node);
      case "Mul" -> arithmetic.product(node);
      case "Sub", "Div" -> arithmetic.inverse(node);
      case "Where" -> guarded(node);
      default ->
          first instanceof Obstacle && !node.operator().equals("Concat")
              ? first
              : symbol(node, first);
    };
  }

  private Symbol symbol(OnnxNode node, Symbol first) {
    return switch (node.operator()) {
      case "Conv" -> windows.convolution(node);
      case "MaxPool" -> windows.pooling(node, PoolingType.MAX);
      case "AveragePool" -> windows.pooling(node, PoolingType.AVERAGE);
      case "GlobalAveragePool" -> windows.global(node, PoolingType.AVERAGE, true);
      case "GlobalMaxPool" -> windows.global(node, PoolingType.MAX, true);
      case "ReduceMean" -> reduced(node, first, PoolingType.AVERAGE);
      case "ReduceMax" -> reduced(node, first, PoolingType.MAX);
      case "MatMul" -> tokens.product(node);
      case "Gemm" -> tokens.gemm(node);
      case "BatchNormalization" -> batchNormalization(node);
      case "LayerNormalization" -> layerNormalization(node, first);
      case "Relu",
          "Sigmoid",
          "Tanh",
          "Elu",
          "Selu",
          "Softplus",
          "Softsign",
          "HardSwish",
          "HardSigmoid",
          "Clip",
          "Softmax" ->
          activations.of(node, first);
      case "LeakyRelu" -> activations.leaky(node, first);
      case "Identity" -> first;
      case "Cast" -> first instanceof Activation ? first : obstacle(node, "changes numbers");
      case "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> reshaped(node, first);
      case "Transpose" -> transposed(node, first);
      case "Expand" -> expanded(node, first);
      case "Slice" -> sliced(node, first);
      case "Gather" -> gathered(node, first);
      case "Concat" -> concatenated(node);
      case "Pad" -> padded(node, first);
      case "IsNaN" -> obstacle(node, "asks for NaN");
      default -> obstacle(node, "has no counterpart among the layers");
    };
  }

  private Symbol reduced(OnnxNode node, Symbol first, PoolingType type) {
    int rank = context.dims(node.inputs().get(0)).size();
    List<Long> axes =
        wholes(node, "axes", List.of()).stream()
            .map(it -> it < 0 ? it + rank : it)
            .sorted()
            .toList();
    boolean keeps = whole(node, "keepdims", 1) == 1;
    if (rank == 4 && (axes.equals(List.of(2L, 3L)) || axes.equals(List.of(1L, 2L)))) {
      boolean channelsFirst = axes.get(0) == 2;
      boolean laid =
          first instanceof Activation it
              && (channelsFirst ? context.isWhole(it, 0, 1, 2) : context.isWhole(it, 1, 2, 0));
      return laid ? windows.global(node, type, keeps) : obstacle(node, "is over channels");
    }
    boolean overTokens = rank == 3 && axes.equals(List.of(1L)) && type == PoolingType.AVERAGE;
    if (!overTokens || !(first instanceof Activation it)) {
      return obstacle(node, "is over other dimensions than rows and columns or tokens");
    }
    context.tokens(it);
    Shape shape = context.layers.shape(it.layer());
    int start = it.ranges().get(0).start();
    boolean tail =
        shape.isTokens()
            && start + it.ranges().get(0).size() == shape.tokens()
            && it.ranges().get(1).size() == shape.channels()
            && it.factor() == 1;
    if (!tail || keeps) {
      return obstacle(node, "is no mean of tokens");
    }
    String name =
        context.layers.put(
            new TokenPooling(context.name(node), it.layer(), TokenPooling.Value.MEAN, start));
    return context.whole(name, 0);
  }

  private Symbol batchNormalization(OnnxNode node) {
    Symbol first = context.symbol(node.inputs().get(0));
    boolean plane = context.dims(node.output()).size() == 4;
    Optional<String> input =
        plane
            ? context.map(first, node.output() + "/map")
            : context.vector(first, node.output() + "/vector");
    Map<String, Tensor> weights = new LinkedHashMap<>();
    List<String> roles = List.of("gamma", "beta", "moving_mean", "moving_variance");
    for (int i = 0; i < roles.size(); i++) {
      String role = roles.get(i);
      context.numbers(node, i + 1).ifPresent(it -> weights.put(role, it));
    }
    if (input.isEmpty() || weights.size() != roles.size()) {
      return obstacle(node, "reads something else than a feature map or a vector, and numbers");
    }
    String name = context.name(node, 1, 2, 3, 4);
    context.layers.put(
        new BatchNormalization(name, input.get(), real(node, "epsilon", 1e-5), 0.9, true, true),
        weights);
    return plane ? context.whole(name, 0, 1, 2) : context.whole(name, 0);
  }

  private Symbol layerNormalization(OnnxNode node, Symbol first) {
    int rank = context.dims(node.output()).size();
    long axis = whole(node, "axis", -1);
    Optional<Tensor> gamma = context.numbers(node, 1);
    if (gamma.isEmpty() || (axis != -1 && axis != rank - 1)) {
      return obstacle(node, "is over several dimensions");
    }
    Tensor beta =
        context
            .numbers(node, 2)
            .orElseGet(() -> Tensor.of(new float[gamma.get().size()], gamma.get().shape()));
    return arithmetic
        .layerNormalization(
            context.name(node, 1, 2), first, gamma.get(), beta, real(node, "epsilon", 1e-5))
        .orElseGet(() -> obstacle(node, "is over another dimension than the channels"));
  }

  private Symbol reshaped(OnnxNode node, Symbol first) {
    List<Integer> dims = context.dims(node.output());
    if (first instanceof Numbers) {
      return context
          .numbers(node, 0)
          .<Symbol>map(it -> new Numbers(it.reshape(dims)))
          .orElseGet(() -> obstacle(node, "reshapes too many numbers"));
    }
    if (!(first instanceof Activation it)) {
      return obstacle(node, "reshapes what is no activation");
    }
    return it.view()
        .reshaped(dims)
        .<Symbol>map(it::view)
        .orElseGet(() -> obstacle(node, "mixes dimensions"));
  }

  private Symbol transposed(OnnxNode node, Symbol first) {
    int rank = context.dims(node.output()).size();
    List<Long> reversed = IntStream.range(0, rank).mapToObj(i -> (long) rank - 1 - i).toList();
    List<Long> order = wholes(node, "perm", reversed);
    if (first instanceof Numbers) {
      return context
          .numbers(node, 0)
          .<Symbol>map(it -> new Numbers(NumbersFolding.transposed(it, order)))
          .orElseGet(() -> obstacle(node, "transposes too many numbers"));
    }
    return first instanceof Activation it
        ? it.view(it.view().transposed(order))
        : obstacle(node, "transposes what is no activation");
  }

  /** Numbers once for each picture are numbers still. */
  private Symbol expanded(OnnxNode node, Symbol first) {
    List<Integer> dims = context.dims(node.output());
    if (!(first instanceof Numbers numbers)) {
      return obstacle(node, "stretches an activation");
    }
    long size = dims.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    if (numbers.tensor().size() == size) {
      return new Numbers(numbers.tensor().reshape(dims));
    }
    return NumbersFolding.uniform(numbers.tensor()).isPresent()
        ? numbers // all alike, however many they are
        : obstacle(node, "stretches numbers");
  }

  private Symbol sliced(OnnxNode node, Symbol first) {
    List<Double> starts = context.content(node.inputs().get(1)).orElse(List.of());
    List<Double> axes =
        node.inputs().size() > 3
            ? context.content(node.inputs().get(3)).orElse(List.of())
            : List.of(0.0);
    List<Double> steps =
        node.inputs().size() > 4
            ? context.content(node.inputs().get(4)).orElse(List.of())
            : List.of(1.0);
    boolean simple =
        first instanceof Activation
            && starts.size() == 1
            && axes.size() == 1
            && steps.equals(List.of(1.0));
    if (!simple) {
      return obstacle(node, "takes a part that no layer takes");
    }
    int rank = context.dims(node.output()).size();
    int dim = (int) (axes.get(0) < 0 ? axes.get(0) + rank : axes.get(0));
    int size = context.dims(node.inputs().get(0)).get(dim);
    int start =
        (int) Math.max(0, Math.min(size, starts.get(0) < 0 ? starts.get(0) + size : starts.get(0)));
    return part(node, (Activation) first, dim, start, context.dims(node.output()).get(dim));
  }

  private Symbol gathered(OnnxNode node, Symbol first) {
    Optional<List<Double>> indices = context.content(node.inputs().get(1));
    if (!(first instanceof Activation it) || indices.isEmpty() || indices.get().size() != 1) {
      return obstacle(node, "picks what no layer picks");
    }
    List<Integer> dims = context.dims(node.inputs().get(0));
    int dim = (int) whole(node, "axis", 0);
    dim = dim < 0 ? dim + dims.size() : dim;
    int index = indices.get().get(0).intValue();
    Symbol part = part(node, it, dim, index < 0 ? index + dims.get(dim) : index, 1);
    boolean drops = context.dims(node.output()).size() < dims.size();
    return part instanceof Activation picked && drops
        ? picked.view(picked.view().without(dim))
        : part;
  }

  /** A part of a dimension that is made of one axis: the slowest piece of it may be cut. */
  private Symbol part(OnnxNode node, Activation it, int dim, int start, int count) {
    context.tokens(it);
    List<Atom> atoms = it.view().joined().dims().get(dim);
    if (count == it.view().size(dim) && start == 0) {
      return it;
    }
    if (atoms.size() != 1 || atoms.get(0).axis() == View.BATCH) {
      return obstacle(node, "takes a part that no layer takes");
    }
    Atom atom = atoms.get(0);
    int axis = atom.axis();
    Range range = it.ranges().get(axis);
    // Only the slowest atom of an axis goes over all of it.
    if (atom.size() * atom.stride() != range.size()) {
      return obstacle(node, "takes a part that no layer takes");
    }
    Range cut = new Range(range.start() + start * atom.stride(), count * atom.stride());
    List<Atom> rest = count == 1 ? List.of() : List.of(new Atom(axis, count, atom.stride()));
    return it.ranged(it.view().with(dim, rest), axis, cut);
  }

  private Symbol concatenated(OnnxNode node) {
    int rank = context.dims(node.output()).size();
    int dim = (int) whole(node, "axis", 0);
    dim = dim < 0 ? dim + rank : dim;
    List<Symbol> parts = node.inputs().stream().map(context::symbol).toList();
    Optional<Symbol> obstacle = parts.stream().filter(Obstacle.class::isInstance).findFirst();
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    boolean learned =
        parts.subList(0, parts.size() - 1).stream().allMatch(Numbers.class::isInstance);
    if (rank == 3 && dim == 1 && learned) {
      return withTokens(node, parts);
    }
    List<String> layers = new ArrayList<>();
    for (Symbol part : parts) {
      Optional<String> layer =
          rank == 4
              ? context.map(part, node.output() + "/part")
              : context.vector(part, node.output() + "/part");
      layer.ifPresent(layers::add);
    }
    if (dim != 1 || rank == 3 || layers.size() != parts.size()) {
      return obstacle(node, "joins other dimensions than channels");
    }
    String name = context.layers.put(new Concatenate(context.name(node), layers));
    return rank == 4 ? context.whole(name, 0, 1, 2) : context.whole(name, 0);
  }

  /** Class token and registers before the patches. */
  private Symbol withTokens(OnnxNode node, List<Symbol> parts) {
    Optional<String> patches = context.tokens(parts.get(parts.size() - 1));
    if (patches.isEmpty()) {
      return obstacle(node, "puts numbers before what are no tokens");
    }
    int channels = context.layers.shape(patches.get()).channels();
    int count = 0;
    String last = patches.get();
    for (int i = 0; i < parts.size() - 1; i++) {
      Tensor tensor = ((Numbers) parts.get(i)).tensor();
      int own = tensor.size() / channels;
      String name = context.name(node, i);
      context.layers.put(
          new LearnedTokens(name, last, own, count),
          Map.of("tokens", tensor.reshape(List.of(own, channels))));
      last = name;
      count += own;
    }
    return context.whole(last, 0, 1);
  }

  private Symbol padded(OnnxNode node, Symbol first) {
    Optional<String> input = context.map(first, node.output() + "/map");
    List<Integer> pads =
        context.content(node.inputs().get(1)).orElse(List.of()).stream()
            .map(Double::intValue)
            .toList();
    boolean zeros =
        text(node, "mode", "constant").equals("constant")
            && (node.inputs().size() < 3
                || node.inputs().get(2).isEmpty()
                || context.makers.isAbout(node.inputs().get(2), 0));
    boolean plane =
        pads.size() == 8
            && IntStream.of(0, 1, 4, 5).allMatch(i -> pads.get(i) == 0)
            && pads.stream().allMatch(it -> it >= 0);
    if (input.isEmpty() || !zeros || !plane) {
      return obstacle(node, "pads other than with zeros around a feature map");
    }
    String name =
        context.layers.put(
            new ZeroPadding(
                context.name(node),
                input.get(),
                pads.get(2),
                pads.get(6),
                pads.get(3),
                pads.get(7)));
    return context.whole(name, 0, 1, 2);
  }

  /**
   * Masks that hide nothing, and guards against NaN where there is none: PyTorch guards attention
   * against rows of which all is masked.
   */
  private Symbol guarded(OnnxNode node) {
    if (context.symbol(node.inputs().get(0)) instanceof Numbers condition) {
      Optional<Float> always = NumbersFolding.uniform(condition.tensor());
      return always
          .map(it -> context.symbol(node.inputs().get(it == 0 ? 2 : 1)))
          .filter(it -> it instanceof Numbers)
          .orElseGet(() -> obstacle(node, "chooses between values"));
    }
    Symbol kept = context.symbol(node.inputs().get(2));
    boolean guard =
        kept instanceof Scores
            && context
                .makers
                .maker(node.inputs().get(0), "IsNaN")
                .filter(it -> it.inputs().get(0).equals(node.inputs().get(2)))
                .isPresent();
    return guard ? kept : obstacle(node, "chooses between values");
  }
}
